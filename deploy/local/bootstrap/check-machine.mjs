import { Explained } from './explained.mjs'

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/** Says what is missing before anything is done. This runs on whatever Node is there, so keep it plain. */
export function checkMachine() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) {
    throw new Explained(
      `Kitroom needs Node.js 20 or newer to begin with, and this is ${process.version}. Get one from https://nodejs.org/`,
    )
  }
  const platform = `${process.platform}-${process.arch}`
  if (!PLATFORMS.includes(platform)) {
    throw new Explained(
      `Kitroom runs on ${PLATFORMS.join(', ')}, and this is ${platform}. On Windows, use the Windows Subsystem for Linux.`,
    )
  }
}
