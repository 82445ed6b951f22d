/** Other addresses for those of a capture: of private networks, numbered as they come. */
export class Addresses {
  private readonly known = new Map<string, Uint8Array>();

  /** @param address of 4 or 16 bytes. @returns as many bytes, the same for the same address: 10.0.0.1, or fd00::1. */
  instead(address: Uint8Array): Uint8Array {
    const key = String.fromCharCode(...address);
    const found = this.known.get(key) ?? numbered(this.known.size + 1, address.length);
    this.known.set(key, found);
    return found;
  }
}

function numbered(number: number, length: number): Uint8Array {
  const address = new Uint8Array(length);
  address[0] = length === 4 ? 10 : 0xfd;
  new DataView(address.buffer).setUint16(length - 2, number & 0xffff);
  address[length - 3] = (number >>> 16) & 255;
  return address;
}
