import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { envFile } from './installation/env-file.ts'
import { kubernetesSecrets } from './installation/kubernetes-secrets.ts'
import { secretVariables } from './installation/variables.ts'
import { makeSecrets } from './system/secrets.ts'

const ROOT = join(import.meta.dirname, '../..')

const variables = secretVariables(await makeSecrets())
const { file, content, next } = process.argv.includes('--kubernetes')
  ? {
      file: join(ROOT, 'deploy/kubernetes/secrets.yaml'),
      content: kubernetesSecrets(variables),
      next: 'kubectl --namespace kitroom apply -f deploy/kubernetes/secrets.yaml',
    }
  : {
      file: join(ROOT, 'deploy/.env'),
      content: envFile(variables),
      next: 'docker compose -f deploy/compose.yaml up',
    }
const name = relative(ROOT, file)
try {
  // Never over an old one: what is in it opens the database.
  writeFileSync(file, content, { mode: 0o600, flag: 'wx' })
  console.log(`The secrets are in ${name}. Next: ${next}`)
} catch (cause) {
  if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  console.error(`${name} is there already, and the data of that installation needs it: nothing was written.`)
  process.exitCode = 1
}
