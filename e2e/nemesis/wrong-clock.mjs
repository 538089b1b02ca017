/*
 * Loaded before a program (`node --import`): its clock is off by as many milliseconds as a file says, from one moment to
 * the next as when NTP sets it, and right where there is no file. Only the clock of the day: timers and
 * `performance.now()` go on as they do on a machine.
 */
import { readFileSync } from 'node:fs'

const LOOK_MS = 20
const file = process.env['KITROOM_WRONG_CLOCK']

let offset = 0
function look() {
  try {
    offset = Number(readFileSync(file, 'utf8'))
  } catch {
    offset = 0
  }
}

if (file !== undefined) {
  const rightNow = Date.now
  Date.now = () => rightNow() + offset
  globalThis.Date = new Proxy(Date, {
    construct: (right, parts, made) =>
      Reflect.construct(right, parts.length === 0 ? [right.now()] : parts, made),
    apply: (right) => new right(right.now()).toString(),
  })
  look()
  setInterval(look, LOOK_MS).unref()
}
