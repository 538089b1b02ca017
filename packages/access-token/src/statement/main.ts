import { Role } from '@kitroom/contracts'

import { serviceKey } from './config.ts'
import { statementSigner } from './statement-signer.ts'

// Prints a statement for a call by hand, good for 30 seconds, signed with the key of the service it runs in:
// main.js AUDIENCE [ORG_ID USER_ID ROLE…]. Without a member it says only which service speaks.
const [audience, orgId, userId, ...roles] = process.argv.slice(2)
if (audience === undefined) {
  process.stderr.write('Whom is it for? main.js AUDIENCE [ORG_ID USER_ID ROLE…]\n')
  process.exit(64)
}
const key = serviceKey()
const signer = statementSigner({ service: key.kid.split(':')[0] ?? '', privateJwk: key })
const statement =
  orgId === undefined || userId === undefined
    ? {}
    : {
        // A call by hand belongs to no session.
        session: { userId, sessionId: userId },
        member: { orgId, roles: roles.map((role) => Role.parse(role)) },
      }
process.stdout.write(`${await signer.sign(audience, statement)}\n`)
