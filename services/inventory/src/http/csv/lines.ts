/** One line of a text file, without its line break. */
export interface Line {
  /** Counted from 1. */
  number: number
  text: string
  /** The line break that ended it: LF, CRLF, or nothing at the end of the file. */
  end: string
  /** False when its bytes are no UTF-8. */
  readable: boolean
}

const LF = 0x0a
const CR = 0x0d
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Cuts a UTF-8 file, with or without byte order mark, into lines, as many at a time as a chunk completes. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  let number = 0
  let rest: Uint8Array[] = []
  const lineOf = (bytes: Uint8Array, ended: boolean): Line => {
    number += 1
    const crlf = bytes.at(-1) === CR
    const end = ended ? (crlf ? '\r\n' : '\n') : ''
    const decoded = decode(crlf ? bytes.subarray(0, -1) : bytes)
    const text = decoded ?? ''
    return {
      number,
      text: number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text,
      end,
      readable: decoded !== undefined,
    }
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let from = 0
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      const bytes = chunk.subarray(from, at)
      lines.push(lineOf(rest.length === 0 ? bytes : Buffer.concat([...rest, bytes]), true))
      rest = []
      from = at + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
    yield lines
  }
  if (rest.length > 0) yield [lineOf(Buffer.concat(rest), false)]
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
