import { Option } from 'commander'

/** `--overwrite` of commands that write files. */
export function overwrite(): Option {
  return new Option(
    '--overwrite',
    'replace files that this program did not write; never an input or a bundle',
  )
}
