/** Chance from a seed: the same seed text gives the same throws on every machine. Small and fast, for no secrets. */
export class Dice {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    // FNV-1a from three starts, then sfc32.
    const mixed = (start: number): number => {
      let hash = start;
      for (let i = 0; i < seed.length; i += 1) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
      return hash | 0;
    };
    this.#a = mixed(0x811c9dc5);
    this.#b = mixed(0x2545f491);
    this.#c = mixed(0x6c078965);
    for (let i = 0; i < 12; i += 1) this.#next();
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** 0 … `count` − 1. */
  below(count: number): number {
    return Math.floor((this.#next() / 4_294_967_296) * count);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `oneIn` throws. */
  once(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[this.below(list.length)] as T;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(count);
    for (let at = 0; at < count; at += 1) out[at] = this.#next() >>> 13;
    return out;
  }

  hex(digits: number): string {
    let out = '';
    while (out.length < digits) out += this.#next().toString(16).padStart(8, '0');
    return out.slice(0, digits);
  }

  /** Cuts into 1 … n pieces at random places; their sum is the whole. */
  cut(bytes: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    const longest = this.pick([this.once(4) ? 1 : 5, 17, 200, 500, bytes.length + 1]);
    for (let at = 0; at < bytes.length;) {
      const size = this.between(1, longest);
      pieces.push(bytes.slice(at, at + size));
      at += size;
    }
    return pieces;
  }
}
