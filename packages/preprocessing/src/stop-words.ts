/** English function words that carry no topic. Negations (no, not, never, without, ...) are not among them on purpose. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a about after all also am an and any are as at be because been before being between both but by can could did do ' +
    'does doing during each few for from further had has have having he her here hers him his how i if in into is it ' +
    'its itself just me more most my of off on once only or other our ours out over own same she should so some such ' +
    'than that the their theirs them then there these they this those through to too under until up very was we were ' +
    'what when where which while who whom why will with would you your yours'
  ).split(' '),
)
