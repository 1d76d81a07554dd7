const K = constants();

/**
 * SHA-256 (FIPS 180-4), fed piece by piece. The Web Crypto API has it for bytes that are all in memory only; where there
 * is a faster one, such as `node:crypto`, give that to {@link ContentStreams} instead.
 */
export class Sha256 {
    private readonly state = Uint32Array.of(
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    );
    private readonly words = new Uint32Array(64);
    private readonly block = new Uint8Array(64);
    private filled = 0;
    private length = 0;

    /** Takes the next bytes. */
    update(bytes: Uint8Array): void {
        this.length += bytes.length;
        for (let at = 0; at < bytes.length; ) {
            const count = Math.min(64 - this.filled, bytes.length - at);
            this.block.set(bytes.subarray(at, at + count), this.filled);
            this.filled += count;
            at += count;
            if (this.filled === 64) {
                this.compress();
                this.filled = 0;
            }
        }
    }

    /** The digest of all bytes; nothing can be added afterwards. */
    digest(): Uint8Array {
        const bits = this.length * 8;
        const padding = new Uint8Array(((this.filled < 56 ? 56 : 120) - this.filled) + 8);
        padding[0] = 0x80;
        const end = new DataView(padding.buffer);
        end.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
        end.setUint32(padding.length - 4, bits >>> 0);
        this.update(padding);
        const digest = new DataView(new ArrayBuffer(32));
        this.state.forEach((word, i) => digest.setUint32(i * 4, word));
        return new Uint8Array(digest.buffer);
    }

    private compress(): void {
        const w = this.words;
        const view = new DataView(this.block.buffer);
        for (let i = 0; i < 16; i++) {
            w[i] = view.getUint32(i * 4);
        }
        for (let i = 16; i < 64; i++) {
            const s0 = rotate(w[i - 15]!, 7) ^ rotate(w[i - 15]!, 18) ^ (w[i - 15]! >>> 3);
            const s1 = rotate(w[i - 2]!, 17) ^ rotate(w[i - 2]!, 19) ^ (w[i - 2]! >>> 10);
            w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
        }
        let [a, b, c, d, e, f, g, h] = this.state as unknown as [
            number, number, number, number, number, number, number, number,
        ];
        for (let i = 0; i < 64; i++) {
            const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
            const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
            const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
            const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
            [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
        }
        [a, b, c, d, e, f, g, h].forEach((word, i) => (this.state[i] = this.state[i]! + word));
    }
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function constants(): Uint32Array {
    const primes: number[] = [];
    for (let n = 2; primes.length < 64; n++) {
        if (primes.every((prime) => n % prime !== 0)) {
            primes.push(n);
        }
    }
    return Uint32Array.from(primes, (prime) => (Math.cbrt(prime) % 1) * 2 ** 32);
}

function rotate(word: number, bits: number): number {
    return (word >>> bits) | (word << (32 - bits));
}
