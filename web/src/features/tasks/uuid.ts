/**
 * Makes UUIDs of version 7 (RFC 9562): milliseconds, then a counter, then chance. Ids from one source are in order
 * even when made in the same millisecond or when the clock is set back.
 */
export function createIds(now: () => number): () => string {
  let last = { time: 0, count: 0 };
  return () => {
    const time = now();
    last = time > last.time ? { time, count: 0 } : { time: last.time, count: last.count + 1 };
    if (last.count > 0xfff) last = { time: last.time + 1, count: 0 };

    const bytes = crypto.getRandomValues(new Uint8Array(8));
    bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
    const stamp = hex(last.time, 12);
    const tail = Array.from(bytes, (byte) => hex(byte, 2)).join("");
    return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(last.count, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
