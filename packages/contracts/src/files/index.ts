export { digestFile, sha256, type FileDigest } from './file-digest.ts'
export { flushDirectory, replaceFile, writeFlushed } from './flush.ts'
export { hashesIn } from './hashes-in.ts'
export { isSystemError, systemCode } from './system-error.ts'
