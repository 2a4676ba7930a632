import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const otherPackageByPath = {
  group: ['@claims/*/src', '@claims/*/src/**', '@claims/*/dist', '@claims/*/dist/**'],
  message: 'Import a package by its name.',
}
const relativeOtherPackage = {
  regex: '^(\\.\\./)+(packages|apps|tooling)/|^(\\.\\./){2,}[^./]+/(src|test|dist)/',
  message: 'Import a package by its name.',
}
const defaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name.',
}
const castThroughUnknown = {
  selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
  message: 'Do not cast through unknown; narrow, or parse with a schema.',
}
const exportAll = {
  selector: 'ExportAllDeclaration',
  message: 'List what is exported by name.',
}

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    '**/coverage/',
    '.claims/',
    '.turbo/',
    'tooling/bench/results/',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-params': ['error', { max: 3 }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', defaultExport, castThroughUnknown, exportAll],
      'no-restricted-imports': ['error', { patterns: [otherPackageByPath, relativeOtherPackage] }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Configuration is read once, in the config.ts of an app.',
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Numeric loops read typed arrays inside their bounds; noUncheckedIndexedAccess asks for `!` there, and a
      // check of every cell would cost time and say nothing.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Loops over several arrays by one index are the plain way to write numeric code.
      '@typescript-eslint/prefer-for-of': 'off',
      // Exported values carry their type (isolatedDeclarations), also where it shows.
      '@typescript-eslint/no-inferrable-types': 'off',
      // A leading underscore says that an argument or a destructured value is not needed.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['apps/*/src/config.ts', 'packages/xgboost/src/xgboost-library.ts', '**/test/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['apps/**/*.ts', 'tooling/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tooling/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/test/**/*.ts', 'packages/*/src/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'max-params': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
)
