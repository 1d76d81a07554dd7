import { Sha256 } from './sha256';
import {
    type ContentApi,
    type FileRecord,
    FileRecordFromJSON,
    type Problem,
    ResponseError,
    FetchError,
} from './generated';

const LONGEST_PAUSE_MILLIS = 30_000;

/** What the service refused or failed at, with the code to decide by. */
export class ProblemError extends Error {
    override name = 'ProblemError' as const;

    constructor(
        readonly status: number,
        readonly problem: Problem,
    ) {
        super(`${status} ${problem.code}: ${problem.detail}`);
    }
}

/** The bytes that came are not those that were stored. */
export class DigestMismatchError extends Error {
    override name = 'DigestMismatchError' as const;
}

/** Bytes to upload. A function is asked again when the upload is tried again; a stream can be sent once. */
export type Source = ReadableStream<Uint8Array> | (() => ReadableStream<Uint8Array>);

export interface UploadOptions {
    /** What the bytes are; `application/octet-stream` if not given. */
    mediaType?: string;
    /** What to call this upload; one is made up if not given. Give your own to go on after your process has died. */
    idempotencyKey?: string;
    ifMatch?: string;
    /** `*` stores only what is not there yet. */
    ifNoneMatch?: string;
    signal?: AbortSignal;
}

export interface DownloadOptions {
    /** As in RFC 9110, such as `bytes=0-99`. */
    range?: string;
    ifNoneMatch?: string;
    signal?: AbortSignal;
}

export interface Download {
    status: 200 | 206;
    etag: string;
    mediaType: string;
    /** Of what is sent; absent where that is not known. */
    length?: number;
    /** Fails with a {@link DigestMismatchError} at its end if a whole file is not what was stored. */
    stream: ReadableStream<Uint8Array>;
}

/** What `node:crypto` calls a hash, as far as it is needed here. */
export interface Hash {
    update(bytes: Uint8Array): unknown;
    digest(): Uint8Array;
}

/**
 * Uploads from and downloads to streams, which the generated client knows as blobs in memory only. Memory does not grow
 * with the file. Browsers send a stream over HTTP/2 only, and some none at all: there, upload a `Blob` with `putContent`.
 */
export class ContentStreams {
    constructor(
        private readonly api: ContentApi,
        private readonly attempts = 4,
        private readonly newHash: () => Hash = () => new Sha256(),
    ) {}

    /**
     * Stores the bytes under the name. What may succeed later (503, a broken connection, the same upload still running) is
     * tried again if the source can be opened again: the key makes that one upload, however often it is sent.
     *
     * @throws ProblemError if it is refused, FetchError if the service cannot be reached
     */
    async upload(bucket: string, name: string, source: Source, options: UploadOptions = {}): Promise<FileRecord> {
        const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID();
        const attempts = typeof source === 'function' ? this.attempts : 1;
        for (let attempt = 1; ; attempt++) {
            try {
                return await this.attempt(bucket, name, source, { ...options, idempotencyKey });
            } catch (failure) {
                const pause = await pauseAfter(failure);
                if (attempt >= attempts || pause === undefined || options.signal?.aborted) {
                    throw await typed(failure);
                }
                await new Promise((resolve) => setTimeout(resolve, Math.min(pause * attempt, LONGEST_PAUSE_MILLIS)));
            }
        }
    }

    /**
     * Opens the file's bytes. Read them to the end or cancel them: until then a connection is taken.
     *
     * @throws ProblemError if it is refused
     * @returns undefined if the file is the one that `ifNoneMatch` names
     */
    async download(bucket: string, name: string, options: DownloadOptions = {}): Promise<Download | undefined> {
        const { signal, ...parameters } = options;
        try {
            const { raw } = await this.api.getContentRaw({ bucket, name, ...parameters }, signal ? { signal } : undefined);
            return this.opened(raw);
        } catch (failure) {
            if (failure instanceof ResponseError && failure.response.status === 304) {
                return undefined;
            }
            throw await typed(failure);
        }
    }

    private async attempt(
        bucket: string,
        name: string,
        source: Source,
        { mediaType, signal, ...parameters }: UploadOptions,
    ): Promise<FileRecord> {
        const stream = typeof source === 'function' ? source() : source;
        const { raw } = await this.api.putContentRaw({ bucket, name, body: new Blob(), ...parameters }, async ({ init }) => ({
            ...init,
            headers: { ...init.headers, 'Content-Type': mediaType ?? 'application/octet-stream' },
            body: stream,
            duplex: 'half', // fetch asks for it, its types do not know it yet
            redirect: 'error', // this and no window: else Node.js keeps all that was sent, to send it elsewhere if told to
            window: null,
            ...(signal && { signal }),
        }));
        return FileRecordFromJSON(await raw.json());
    }

    private opened(response: Response): Download {
        const length = response.headers.get('Content-Length');
        const whole = response.status === 200;
        const expected = whole ? /sha-256=:([^:]+):/.exec(response.headers.get('Repr-Digest') ?? '')?.[1] : undefined;
        const body = response.body ?? new Blob().stream();
        return {
            status: whole ? 200 : 206,
            etag: response.headers.get('ETag') ?? '',
            mediaType: response.headers.get('Content-Type') ?? 'application/octet-stream',
            ...(length !== null && { length: Number(length) }),
            stream: expected === undefined ? body : body.pipeThrough(this.checked(expected)),
        };
    }

    private checked(expected: string): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
        const hash = this.newHash();
        return new TransformStream({
            transform(bytes, out) {
                hash.update(bytes);
                out.enqueue(bytes);
            },
            flush(out) {
                if (btoa(String.fromCharCode(...hash.digest())) !== expected) {
                    out.error(new DigestMismatchError('The bytes that came are not those that were stored.'));
                }
            },
        });
    }
}

/** Milliseconds to wait before it is sent again; undefined if that would change nothing. */
async function pauseAfter(failure: unknown): Promise<number | undefined> {
    if (failure instanceof FetchError) {
        return 500;
    }
    if (!(failure instanceof ResponseError)) {
        return undefined;
    }
    const { status, headers } = failure.response;
    const again = status === 503 || status === 429 || (await problem(failure.response))?.code === 'request-in-progress';
    const seconds = Number(headers.get('Retry-After') ?? '1');
    return again ? (Number.isFinite(seconds) ? seconds : 1) * 1000 : undefined;
}

async function typed(failure: unknown): Promise<unknown> {
    const told = failure instanceof ResponseError ? await problem(failure.response) : undefined;
    return told === undefined ? failure : new ProblemError(told.status, told);
}

async function problem(response: Response): Promise<Problem | undefined> {
    const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
    return isProblem ? ((await response.clone().json()) as Problem) : undefined;
}
