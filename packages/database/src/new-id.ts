import { randomFillSync } from 'node:crypto'

import { v7 } from 'uuid'

const BYTES = 16
/** Asking the system for the chance of one id takes twenty times as long as making it, so that of many is drawn at once. */
const drawn = Buffer.alloc(256 * BYTES)
let used = drawn.length
const last = { msecs: 0, seq: 0 }

/** A UUIDv7 (RFC 9562 §5.7), larger than all that this process has made before. */
export function newId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  const random = drawn.subarray(used, (used += BYTES))
  const now = Date.now()
  if (now > last.msecs) {
    last.msecs = now
    // One bit less than there is room for, so that counting on from it has some.
    last.seq = random.readUInt32BE(0) >>> 1
  } else {
    last.seq += 1
  }
  return v7({ random, ...last })
}
