export { type AccessTokenVerifier, accessTokenVerifier } from './access-token-verifier.ts'
export { issueAccessToken, MAX_ACCESS_TOKEN_SECONDS } from './issue-access-token.ts'
export { generateSigningKey, type PublicJwk, type PublicJwks, publicPart, type SigningKey } from './keys.ts'
export {
  type Statement,
  STATEMENT_HEADER,
  STATEMENT_METADATA,
  type VerifiedStatement,
} from './statement/statement.ts'
export { type StatementSigner, statementSigner } from './statement/statement-signer.ts'
export { type StatementVerifier, statementVerifier } from './statement/statement-verifier.ts'
