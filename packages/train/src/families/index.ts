import { type Recipe, type RecipeName, recipeOf } from '../recipes.js';
import { cyclegan } from './cyclegan.js';
import type { Family } from './family.js';
import { gan } from './gan.js';
import { pix2pix } from './pix2pix.js';

/** The families by name. */
const families: Readonly<Record<Recipe['family'], Family>> = { gan, pix2pix, cyclegan };

/** The data sources that a recipe learns from, as help texts list them. */
export const sourcesOf = (recipe: RecipeName): readonly string[] =>
  familyOf(recipe).dataSourcesOf(recipe);

/** The family that a recipe belongs to. */
export const familyOf = (recipe: RecipeName): Family => families[recipeOf(recipe).family];
