import { parseArtifactsUri, S3ArtifactStore } from '@claims/s3'

// Run: remove-old.ts URI LEASE HASH,... Removes bundles that are older than an hour.
const [uri = '', lease = '', hashes = ''] = process.argv.slice(2)
const store = new S3ArtifactStore(parseArtifactsUri(uri, { production: false }), {
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  leaseMilliseconds: Number(lease),
})
const removal = await store.remove(hashes.split(','), { minimumAge: 3_600_000 })
store.close()
process.stdout.write(JSON.stringify(removal))
