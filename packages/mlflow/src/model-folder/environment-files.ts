import { writeYaml } from './safe-yaml.ts'

/**
 * Writes the files from which Python makes an environment for a model.
 *
 * @param requirements lines of pip, MLflow's among them
 * @param pythonVersion such as `3.11`
 */
export async function environmentFiles(
  requirements: readonly string[],
  pythonVersion: string,
): Promise<Readonly<Record<string, string>>> {
  const conda = {
    channels: ['conda-forge'],
    dependencies: [`python=${pythonVersion}`, 'pip', { pip: requirements }],
    name: 'mlflow-env',
  }
  const virtual = {
    python: pythonVersion,
    build_dependencies: ['pip', 'setuptools', 'wheel'],
    dependencies: ['-r requirements.txt'],
  }
  return {
    'requirements.txt': `${requirements.join('\n')}\n`,
    'conda.yaml': await writeYaml(conda),
    'python_env.yaml': await writeYaml(virtual, false),
  }
}
