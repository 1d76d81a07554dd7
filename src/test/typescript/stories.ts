import { BucketsApi, BulkApi, Configuration, ContentApi, FilesApi, ResponseError } from './generated';
import { ContentStreams, DigestMismatchError, ProblemError } from './contentStreams';
import { Sha256 } from './sha256';

declare const gc: () => void;
declare const process: { memoryUsage(): { arrayBuffers: number; heapUsed: number } };

const MIB = 1024 * 1024;

/** Another for each run: stores of tests are kept. */
const BUCKET = `typescript-${crypto.randomUUID().slice(0, 8)}`;

/** In milliseconds: a task is looked at so often, for so long at most. */
const TASK_EVERY = 50;
const TASK_AT_MOST = 60_000;

type Service = {
    buckets: BucketsApi; bulk: BulkApi; content: ContentApi; files: FilesApi; streams: ContentStreams; url: string;
};

/** Each is told by its name; what it expects it throws about. */
const stories: Record<string, (service: Service) => Promise<void>> = {
    async 'stores from a stream and reads it back'({ buckets, content, streams }) {
        const bucket = await told(buckets.putBucket({ bucket: BUCKET, bucketSettings: {} }));
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

    async 'finds files by a filter, on all pages'({ files, streams }) {
        for (const name of ['find/a', 'find/b', 'find/c', 'find/d', 'find/e']) {
            const stored = await streams.upload(BUCKET, name, text(name));
            const tags = { project: name === 'find/c' ? 'gemini' : 'apollo' };
            await files.patchFile({ id: stored.id, filePatch: { tags } });
        }

        const found: string[] = [];
        let pages = 0;
        for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages++) {
            const page = await files.listFiles({
                bucket: BUCKET, filter: 'startsWith(name, "find/") and tags.project = "apollo"', sort: '-name',
                limit: 2, cursor,
            });
            found.push(...page.files.map((file) => file.name));
            cursor = page.nextCursor;
        }

        equal(found.join(), 'find/e,find/d,find/b,find/a');
        equal(pages, 2);
    },

    async 'changes what is said only if nobody else did'({ files, streams }) {
        const { id } = await streams.upload(BUCKET, 'patched', text('x'));
        const ifMatch = (await files.getFileRaw({ id })).raw.headers.get('ETag')!;

        const changed = await told(files.patchFile({ id, ifMatch, filePatch: { metadata: { reviewed: true } } }));
        const late = files.patchFile({ id, ifMatch, filePatch: { mediaType: 'text/plain' } });

        equal((await failure(late, ResponseError)).response.status, 412);
        equal(JSON.stringify(changed.metadata), '{"reviewed":true}');
        const without = await told(files.patchFile({ id, filePatch: { metadata: { reviewed: null } } }));
        equal(JSON.stringify(without.metadata), '{}');
    },

    async 'copies and moves'({ files, streams }) {
        const source = await streams.upload(BUCKET, 'source', text('same'));

        const copy = await told(files.copyFile({ id: source.id, fileCopy: { name: 'copy', tags: { copied: 'yes' } } }));
        const moved = await told(files.moveFile({ id: copy.id, fileMove: { name: 'moved' } }));

        equal(copy.sha256, source.sha256);
        equal(moved.id, copy.id);
        equal(moved.tags.copied, 'yes');
        equal(await read((await streams.download(BUCKET, 'moved'))!.stream), 'same');
        const taken = files.moveFile({ id: copy.id, fileMove: { name: 'source' } });
        equal((await (await failure(taken, ResponseError)).response.json()).code, 'name-taken');
    },

    async 'changes a folder in the background'({ bulk, files, streams }) {
        for (const name of ['old/a', 'old/b', 'old/c']) {
            await streams.upload(BUCKET, name, text(name));
        }
        const change = {
            bucket: BUCKET, idempotencyKey: 'rename',
            bulkChange: { operation: 'move', prefix: 'old/', to: { prefix: 'new/' } },
        } as const;

        const begun = await bulk.bulkFiles(change);
        const again = await bulk.bulkFiles(change);
        let task = begun;
        for (const end = Date.now() + TASK_AT_MOST; task.state === 'pending' && Date.now() < end; ) {
            await new Promise((resume) => setTimeout(resume, TASK_EVERY));
            task = await bulk.getBulkTask({ id: begun.id });
        }

        equal(again.id, begun.id);
        equal(task.state, 'done');
        equal(task.done, 3);
        equal(task.failed, 0);
        equal(task.finishedAt instanceof Date, true);
        const there = await files.listFiles({ bucket: BUCKET, prefix: 'new/' });
        equal(there.files.map((file) => file.name).join(), 'new/a,new/b,new/c');
    },

    async 'brings back what was replaced and deleted'({ buckets, files, streams }) {
        const bucket = `${BUCKET}-kept`;
        await buckets.putBucket({ bucket, bucketSettings: { versioning: true } });
        const { id } = await streams.upload(bucket, 'file', text('first'));
        await streams.upload(bucket, 'file', text('second'));

        const { versions } = await files.listFileVersions({ id });
        const before = await files.getFileVersionContent({ id, generation: 1 });
        const restored = await told(files.restoreFileVersion({ id, generation: 1 }));
        await files.deleteFile({ id });
        await failure(streams.download(bucket, 'file'), ProblemError);
        const undeleted = await told(files.restoreFile({ id }));

        equal(versions.map((version) => `${version.file.generation} ${version.current}`).join(), '2 true,1 false');
        equal(await before.text(), 'first');
        equal(restored.generation, 3);
        equal(undeleted.generation, 4);
        equal(await read((await streams.download(bucket, 'file'))!.stream), 'first');
    },

    async 'sends again what was refused for now, as one upload'({ url, files }) {
        const keys: (string | null)[] = [];
        let opened = 0;
        const unsteady = withFetch(url, async (input, init) => {
            keys.push(new Headers(init?.headers).get('Idempotency-Key'));
            const answer = await fetch(input, init);
            if (keys.length > 2) {
                return answer;
            }
            await answer.text();
            return new Response('{}', { status: keys.length > 1 ? 429 : 503, headers: { 'Retry-After': '0' } });
        });

        const stored = await unsteady.upload(BUCKET, 'again', () => (opened++, text('again')));

        equal(opened, 3);
        equal(keys[0], keys[1]);
        equal(keys[0], keys[2]);
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
        bulk: new BulkApi(configuration),
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

/** There is none only if the request preferred none. */
async function told<T>(answer: Promise<T | null | undefined>): Promise<T> {
    const record = await answer;
    if (record === null || record === undefined) {
        throw new Error('the answer has no body');
    }
    return record;
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
