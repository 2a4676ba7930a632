import { featureSteps } from '@claims/features'
import { preprocessingSteps, type StepDefinition } from '@claims/preprocessing'

/** Every kind of step that a blueprint may name. A new kind is added to the table of its package. */
export const stepDefinitions: readonly StepDefinition[] = [...preprocessingSteps, ...featureSteps]
