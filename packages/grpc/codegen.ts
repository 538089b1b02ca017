// `pnpm codegen` writes src/generated from proto/; with --check it only compares, and fails when they differ.
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const here = import.meta.dirname
const protos = join(here, '../../proto')
const committed = join(here, 'src/generated')

/** Must agree with how protos.ts loads the same files. */
const OPTIONS = ['--keepCase', '--longs=String', '--enums=String', '--defaults', '--oneofs']

function generate(outDir: string): void {
  const loader = dirname(createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json'))
  const files = globSync('*/v1/*.proto', { cwd: protos }).sort()
  execFileSync(
    process.execPath,
    [
      join(loader, 'build/bin/proto-loader-gen-types.js'),
      ...OPTIONS,
      '--grpcLib=@grpc/grpc-js',
      '--importFileExtension=.ts',
      '--includeDirs=../../proto',
      `--outDir=${outDir}`,
      ...files,
    ],
    { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  // One file for each .proto types what loadPackageDefinition returns, which is not used.
  for (const file of globSync('*.ts', { cwd: outDir })) rmSync(join(outDir, file))
}

const contentsOf = (folder: string): Map<string, string> =>
  new Map(
    globSync('**/*.ts', { cwd: folder })
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  )

/** The files that differ from what the .proto files say; empty when all is well. */
export function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'kitroom-codegen-'))
  try {
    generate(fresh)
    const [expected, actual] = [contentsOf(fresh), contentsOf(committed)]
    const names = new Set([...expected.keys(), ...actual.keys()])
    return [...names].filter((name) => expected.get(name) !== actual.get(name))
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = staleFiles()
    if (stale.length > 0) console.error(`Run pnpm codegen: ${stale.join(', ')}`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    rmSync(committed, { recursive: true, force: true })
    generate(committed)
  }
}
