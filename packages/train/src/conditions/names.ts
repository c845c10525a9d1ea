/** What a translator learned from pairs is given, by name. */
export type ConditionName = 'pair' | 'classes' | 'gray' | 'masked' | 'half' | 'quarter';
