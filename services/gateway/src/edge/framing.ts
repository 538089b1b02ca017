import type { IncomingMessage } from 'node:http'

import { occurrences } from '@kitroom/http'

import { ProtocolError } from './protocol-error.ts'

/** Below what the services keep (100), since a few headers of ours come on top and none may be cut off. */
const MAX_HEADERS = 90
const MAX_TARGET_BYTES = 8 * 1024

/** A body here has no meaning, and programs behind each other have disagreed about where it ends (CVE-2026-29057). */
const WITHOUT_CHUNKS = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']

/**
 * Refuses what two HTTP programs could read differently. Node lets all of this through.
 * @throws ProtocolError
 */
export function requireCleanFraming(request: IncomingMessage): void {
  const { rawHeaders, method = '' } = request
  if (request.httpVersionMajor !== 1) throw new ProtocolError(400, 'Speak HTTP/1.1.')
  if (rawHeaders.length / 2 > MAX_HEADERS) {
    throw new ProtocolError(431, `A request may have ${MAX_HEADERS} header lines.`)
  }
  const hosts = occurrences(rawHeaders, 'host').length
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== '1.0')) {
    throw new ProtocolError(400, 'Send the Host header once.')
  }
  const encodings = occurrences(rawHeaders, 'transfer-encoding')
  if (encodings.some((encoding) => encoding.toLowerCase() !== 'chunked') || encodings.length > 1) {
    throw new ProtocolError(400, 'Send Transfer-Encoding once, as chunked.')
  }
  if (encodings.length > 0 && WITHOUT_CHUNKS.includes(method)) {
    throw new ProtocolError(400, `Send ${method} without Transfer-Encoding.`)
  }
}

/**
 * The request's target as path and query, as it was sent. An absolute URI is taken when it names the host of the
 * Host header (RFC 9112 §3.2.2).
 * @throws ProtocolError
 */
export function originForm({
  url = '',
  headers: { host },
}: Pick<IncomingMessage, 'url' | 'headers'>): string {
  if (Buffer.byteLength(url) > MAX_TARGET_BYTES) {
    throw new ProtocolError(414, `A URL may have ${MAX_TARGET_BYTES} bytes.`)
  }
  const absolute = /^https?:\/\/([^/?#]+)([^]*)$/i.exec(url)
  if (absolute !== null && absolute[1]?.toLowerCase() !== host?.toLowerCase()) {
    throw new ProtocolError(400, 'The URL and the Host header name different hosts.')
  }
  const target = absolute === null ? url : (absolute[2] ?? '')
  // A backslash or a fragment is where parsers differ about which path is meant.
  if (!/^\/[!-[\]-~]*$/.test(target) || target.includes('#')) {
    throw new ProtocolError(400, 'The URL must be a path in visible ASCII characters without \\ and #.')
  }
  return target
}

/** The part of a target before its query. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''
