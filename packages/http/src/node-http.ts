/**
 * Of Node's HTTP module, without an import: one asks for everything a module exports, `WebSocket` among it, for which Node
 * loads an HTTP client with all its parts. That takes 35 ms and some 10 MB of each process.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')
