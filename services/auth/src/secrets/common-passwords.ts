import { dictionary } from '@zxcvbn-ts/language-common'

/** What people choose most, from public leaks: some 49,000 passwords in lower case (AUT-11). */
const COMMON: readonly string[] = dictionary['passwords-common']

/** True for a password that is tried first; capitals make it no rarer. */
export const isCommonPassword = (password: string): boolean => COMMON.includes(password.toLowerCase())
