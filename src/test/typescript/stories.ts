import { BucketsApi, Configuration, ContentApi, FilesApi, ResponseError } from './generated';
import { ContentStreams, DigestMismatchError, ProblemError } from './contentStreams';
import { Sha256 } from './sha256';

declare const gc: () => void;
declare const process: { memoryUsage(): { arrayBuffers: number; heapUsed: number } };

const MIB = 1024 * 1024;

/** Another for each run: stores of tests are kept. */
const BUCKET = `typescript-${crypto.randomUUID().slice(0, 8)}`;

type Service = { buckets: BucketsApi; content: ContentApi; files: FilesApi; streams: ContentStreams; url: string };

/** Each is told by its name; what it expects it throws about. */
const stories: Record<string, (service: Service) => Promise<void>> = {
    async 'stores from a stream and reads it back'({ buckets, content, streams }) {
        const bucket = await buckets.putBucket({ bucket: BUCKET, bucketSettings: {} });
        equal(bucket.name, BUCKET);

        const stored = await streams.upload(BUCKET, 'a/ü 1.txt', text('hello'), { mediaType: 'text/plain' });

        equal(stored.name, 'a/ü 1.txt');
        equal(stored.length, 5);
        equal(stored.mediaType, 'text/plain');
        equal(stored.createdAt instanceof Date, true);
        const download = await streams.download(BUCKET, 'a/ü 1.txt');
        equal(await read(download!.stream), 'hello');
        equal(download!.mediaType, 'text/plain');
        equal(await (await content.getContent({ bucket: BUCKET, name: 'a/ü 1.txt' })).text(), 'hello');
    },

    async 'reads a range'({ streams }) {
        await streams.upload(BUCKET, 'range', text('0123456789'));

        const part = await streams.download(BUCKET, 'range', { range: 'bytes=2-4' });

        equal(part!.status, 206);
        equal(await read(part!.stream), '234');
    },

    async 'lists page by page'({ files, streams }) {
        for (const name of ['list/a', 'list/b', 'list/c']) {
            await streams.upload(BUCKET, name, text(name));
        }

        const first = await files.listFiles({ bucket: BUCKET, prefix: 'list/', limit: 2 });
        const second = await files.listFiles({
            bucket: BUCKET, prefix: 'list/', limit: 2, cursor: first.nextCursor!,
        });

        equal(first.files.map((file) => file.name).join(), 'list/a,list/b');
        equal(second.files.map((file) => file.name).join(), 'list/c');
        equal(second.nextCursor, undefined);
    },

    async 'asks only for what it does not have'({ streams, files }) {
        const stored = await streams.upload(BUCKET, 'cached', text('once'));
        const download = await streams.download(BUCKET, 'cached');
        await download!.stream.cancel();

        equal(await streams.download(BUCKET, 'cached', { ifNoneMatch: download!.etag }), undefined);
        const record = await files.getFileRaw({ id: stored.id });
        const again = files.getFile({ id: stored.id, ifNoneMatch: record.raw.headers.get('ETag')! });
        equal((await failure(again, ResponseError)).response.status, 304);
    },

    async 'does not overwrite what it did not see'({ streams }) {
        await streams.upload(BUCKET, 'mine', text('mine'), { ifNoneMatch: '*' });

        const refused = await failure(
            streams.upload(BUCKET, 'mine', text('yours'), { ifNoneMatch: '*' }), ProblemError);

        equal(refused.problem.code, 'precondition-failed');
    },

    async 'deletes, and is told so by a typed problem'({ content, streams }) {
        await streams.upload(BUCKET, 'gone', text('x'));
        await content.deleteContent({ bucket: BUCKET, name: 'gone' });

        const refused = await failure(streams.download(BUCKET, 'gone'), ProblemError);

        equal(refused.status, 404);
        equal(refused.problem.code, 'file-not-found');
        equal(refused.problem.requestId.length > 0, true);
    },

    async 'sends again what was refused for now, as one upload'({ url, files }) {
        const keys: (string | null)[] = [];
        let opened = 0;
        const unsteady = withFetch(url, async (input, init) => {
            keys.push(new Headers(init?.headers).get('Idempotency-Key'));
            const answer = await fetch(input, init);
            if (keys.length > 1) {
                return answer;
            }
            await answer.text();
            return new Response('{}', { status: 503, headers: { 'Retry-After': '0' } });
        });

        const stored = await unsteady.upload(BUCKET, 'again', () => (opened++, text('again')));

        equal(opened, 2);
        equal(keys[0], keys[1]);
        equal(stored.generation, 1);
        equal((await files.getFile({ id: stored.id })).generation, 1);
    },

    async 'does not send a spent stream again'({ url }) {
        let sent = 0;
        const unsteady = withFetch(url, async () => {
            sent++;
            return new Response('{}', { status: 503, headers: { 'Retry-After': '0' } });
        });

        await failure(unsteady.upload(BUCKET, 'once', text('once')), ResponseError);

        equal(sent, 1);
    },

    async 'notices bytes that are not those stored'({ url, streams }) {
        await streams.upload(BUCKET, 'altered', text('right'));
        const altering = withFetch(url, async (input, init) => {
            const { status, headers } = await fetch(input, init);
            return new Response(text('wrong'), { status, headers });
        });

        const download = await altering.download(BUCKET, 'altered');

        await failure(read(download!.stream), DigestMismatchError);
    },

    async 'passes 64 MiB both ways without holding them'({ streams }) {
        const memory = new PeakMemory();
        const sent = new Sha256();

        const stored = await streams.upload(BUCKET, 'large', mebibytes(64, (piece) => {
            sent.update(piece);
            memory.look(piece.length);
        }));
        equal(stored.length, 64 * MIB);
        equal(stored.sha256, hex(sent.digest()));

        const received = new Sha256();
        const download = await streams.download(BUCKET, 'large');
        equal(download!.length, 64 * MIB);
        await each(download!.stream, (piece) => {
            received.update(piece);
            memory.look(piece.length);
        });
        equal(hex(received.digest()), stored.sha256);
        equal(memory.peak < 16 * MIB || `${memory.peak} bytes held`, true);
    },
};

/** Runs all; the names of those that held. */
export async function run(url: string): Promise<string[]> {
    const configuration = new Configuration({ basePath: url });
    const content = new ContentApi(configuration);
    const service: Service = {
        buckets: new BucketsApi(configuration),
        content,
        files: new FilesApi(configuration),
        streams: new ContentStreams(content),
        url,
    };
    const held: string[] = [];
    for (const [name, story] of Object.entries(stories)) {
        try {
            await story(service);
        } catch (error) {
            throw new Error(`"${name}": ${describe(error)}`);
        }
        held.push(name);
    }
    return held;
}

/** What is held beyond what was held before, looked at every 4 MiB after a collection. */
class PeakMemory {
    peak = 0;
    private readonly before = PeakMemory.held();
    private passed = 0;

    look(bytes: number): void {
        this.passed += bytes;
        if (this.passed >= 4 * MIB) {
            this.passed = 0;
            this.peak = Math.max(this.peak, PeakMemory.held() - this.before);
        }
    }

    private static held(): number {
        gc();
        const { arrayBuffers, heapUsed } = process.memoryUsage();
        return arrayBuffers + heapUsed;
    }
}

function withFetch(url: string, fetchApi: typeof fetch): ContentStreams {
    return new ContentStreams(new ContentApi(new Configuration({ basePath: url, fetchApi })));
}

function text(value: string): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new Blob([value]).stream();
}

function mebibytes(count: number, seen: (piece: Uint8Array) => void): ReadableStream<Uint8Array> {
    let left = count * 16;
    return new ReadableStream({
        pull(out) {
            if (left-- === 0) {
                out.close();
                return;
            }
            const piece = new Uint8Array(MIB / 16).fill(left);
            seen(piece);
            out.enqueue(piece);
        },
    });
}

async function each(stream: ReadableStream<Uint8Array>, use: (piece: Uint8Array) => void): Promise<void> {
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        use(next.value);
    }
}

async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    let all = '';
    await each(stream, (piece) => (all += decoder.decode(piece, { stream: true })));
    return all + decoder.decode();
}

async function failure<T extends Error>(promise: Promise<unknown>, type: new (...any: never[]) => T): Promise<T> {
    try {
        await promise;
    } catch (error) {
        if (error instanceof type) {
            return error;
        }
        throw error;
    }
    throw new Error(`expected a ${type.name}`);
}

function equal(actual: unknown, expected: unknown): void {
    if (actual !== expected) {
        throw new Error(`expected ${String(expected)}, but was ${String(actual)}`);
    }
}

function hex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function describe(error: unknown): string {
    return error instanceof Error ? `${error.stack}${error.cause ? `\ncaused by ${describe(error.cause)}` : ''}` : String(error);
}
