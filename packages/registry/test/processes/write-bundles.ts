import { writeExampleBundle } from '@claims/registry/example'

const [directory = '', first = '0'] = process.argv.slice(2)
process.stdout.write('started\n')
for (let seed = Number(first); ; seed += 1) await writeExampleBundle(directory, { seed })
