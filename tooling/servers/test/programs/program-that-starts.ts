import { spawnGroup } from '@claims/servers'

// Starts a program with a child of its own; both write to this program's output, which stays open while one is there.
await spawnGroup(['/bin/sh', '-c', 'sleep 600 & echo started; wait'], { output: 1 })
setInterval(() => undefined, 60_000)
