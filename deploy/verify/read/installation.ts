import { parse as parseYaml, parseAllDocuments } from 'yaml'

import { kubernetesSecrets } from '../../local/installation/kubernetes-secrets.ts'
import { secretVariables } from '../../local/installation/variables.ts'
import { makeSecrets } from '../../local/system/secrets.ts'

/** Secrets as `npm run secrets` makes them. */
export const madeVariables: Record<string, string> = secretVariables(await makeSecrets())

/** The same as Kubernetes secrets: the variables of each by name. */
export const madeSecrets: Record<string, Record<string, string>> = Object.fromEntries(
  documentsOf<{ metadata: { name: string }; stringData: Record<string, string> }>(
    kubernetesSecrets(madeVariables),
  ).map(({ metadata, stringData }) => [metadata.name, stringData]),
)

export function documentsOf<Document>(text: string): Document[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Document)
}

export const yamlOf = <Content>(text: string): Content => parseYaml(text, { merge: true }) as Content
