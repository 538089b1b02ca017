export {
  type AccessClaims,
  type AccessTokenVerifier,
  accessTokenVerifier,
  type AccessTokenVerifierOptions,
} from './access-token-verifier.ts'
export { type Grant, issueAccessToken, MAX_ACCESS_TOKEN_SECONDS } from './issue-access-token.ts'
export { generateSigningKey, type PublicJwk, type PublicJwks, publicPart, type SigningKey } from './keys.ts'
export {
  type Statement,
  STATEMENT_HEADER,
  STATEMENT_METADATA,
  type VerifiedStatement,
} from './statement/statement.ts'
export {
  type StatementSigner,
  statementSigner,
  type StatementSignerOptions,
} from './statement/statement-signer.ts'
export {
  type StatementVerifier,
  statementVerifier,
  type StatementVerifierOptions,
} from './statement/statement-verifier.ts'
