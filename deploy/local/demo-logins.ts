import { existsSync, readFileSync } from 'node:fs'

import { z } from 'zod'

const DemoLogin = z.object({
  organization: z.string(),
  role: z.string(),
  email: z.string(),
  password: z.string(),
})
type DemoLogin = z.output<typeof DemoLogin>

/** The people of the demo university, as the seed wrote them; none where it did not run. */
export function readDemoLogins(file: string): DemoLogin[] {
  return existsSync(file) ? z.array(DemoLogin).parse(JSON.parse(readFileSync(file, 'utf8'))) : []
}

/** One aligned line for each, grouped by organisation. */
export function demoLoginLines(logins: DemoLogin[]): string[] {
  const width = (key: keyof DemoLogin) => Math.max(0, ...logins.map((login) => login[key].length))
  const [roles, emails] = [width('role'), width('email')]
  return [...Map.groupBy(logins, ({ organization }) => organization)].flatMap(([organization, people]) => [
    `  ${organization}`,
    ...people.map(
      ({ role, email, password }) => `    ${role.padEnd(roles)}  ${email.padEnd(emails)}  ${password}`,
    ),
  ])
}
