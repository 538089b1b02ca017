import { checkMachine } from './bootstrap/check-machine.mjs'
import { explaining } from './bootstrap/explained.mjs'
import { installDependencies } from './bootstrap/install-dependencies.mjs'
import { onNode24 } from './bootstrap/node-24.mjs'

await explaining(() => {
  checkMachine()
  installDependencies()
  return onNode24('deploy/local/make-secrets.ts', process.argv.slice(2))
})
