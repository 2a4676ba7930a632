import type { DocumentParts } from '../governance-document.ts'

const controls: readonly (readonly [string, string, string, string])[] = [
  ['CC6.1', 'A.5.15', 'Who may change a model', 'claims keys list; claims models policy NAME'],
  ['CC6.1', 'A.8.24', 'Personal fields are encrypted', 'claims predictions show ID; docs/predictions.md'],
  ['CC7.2', 'A.8.15', 'What was done is logged and cannot be altered unseen', 'claims ledger verify'],
  ['CC7.2', 'A.8.15', 'Logs are bound by signatures', 'claims ledger checkpoint --out FILE'],
  ['CC8.1', 'A.8.32', 'Changes are approved by another person', 'claims models history NAME'],
  ['CC8.1', 'A.8.25', 'Changes are tested before they are used', 'claims models gates NAME@VERSION'],
  ['CC8.1', 'A.8.32', 'Changes can be taken back', 'claims models rollback NAME'],
  [
    'A1.2',
    'A.8.13',
    'Backups are made and can be restored',
    'claims database backup; claims database restore',
  ],
  ['PI1.1', 'A.8.15', 'A past result can be made again', 'claims replay ID'],
  ['PI1.4', 'A.8.9', 'A bundle is what was registered', 'SHA-256 of every file in manifest.json'],
  ['P4.3', 'A.8.10', 'Personal data is erased on request', 'claims ledger verify; docs/predictions.md'],
]

/** Which command or record of the product supports which criterion of SOC 2 and control of ISO/IEC 27001:2022. */
export function evidenceIndex(generatedAt: string): DocumentParts {
  return {
    kind: 'evidence-index',
    title: 'Index of evidence',
    subject: 'every model',
    generated_at: generatedAt,
    statement:
      'Where an auditor of SOC 2 or ISO/IEC 27001 finds what the product can show. It is no certificate, claims none, and says nothing about the organisation, its people and its machines.',
    sections: [
      {
        title: 'Evidence that the product can show',
        table: {
          columns: ['Trust services criterion', 'ISO/IEC 27001:2022', 'What is shown', 'How to show it'],
          rows: controls.map((cells) => ({ cells, record: 'documentation of the product' })),
        },
      },
    ],
  }
}
