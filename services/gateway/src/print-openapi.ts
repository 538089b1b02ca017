// Prints the merged OpenAPI document: `pnpm openapi` writes it to docs/openapi.json.
import { apiDocument } from './pages/api-document.ts'

process.stdout.write(`${JSON.stringify(apiDocument(), null, 2)}\n`)
