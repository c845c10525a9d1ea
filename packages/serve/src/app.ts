import { randomInt } from 'node:crypto';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { timing } from 'hono/timing';
import { exposedHeaders } from './answer-headers.js';
import { createGenerateRoutes } from './generate-route.js';
import { createInterpolateRoute } from './interpolate-route.js';
import type { Model } from './model.js';
import { createModelRoutes } from './model-routes.js';
import { createPageRoutes } from './page-routes.js';
import { HttpProblem, isServerFault, toProblemResponse } from './problem.js';
import type { Renderer } from './renderer.js';
import { serveDefaults } from './serve-defaults.js';
import { createTranslateRoute } from './translate-route.js';

export interface AppOptions {
  /** At least one; the first that does what is asked for answers where none is named. */
  readonly models: readonly Model[];
  readonly renderer: Renderer;
  /** Most images in one request, drawn or translated, default 64. */
  readonly maxCount?: number;
  /** Most bytes of a request's body, default 65,536. */
  readonly maxBodyBytes?: number;
  /** Most bytes of a body with pictures, default 20 MiB. */
  readonly maxUploadBytes?: number;
  /** Most pixels of a picture to translate, and of what is made of it, default 2^24. */
  readonly maxPixels?: number;
  /** Origins whose pages may call, `*` for all; default none but the own. */
  readonly corsOrigins?: '*' | readonly string[];
  /** Folder of the built playground, shown at `/`; default none. */
  readonly playgroundDir?: string;
  /** Seed of a request that has none, default from the system's randomness. */
  readonly randomSeed?: () => number;
  /** Hears of each failure that is not the caller's. */
  readonly onError?: (error: Error, requestId: string) => void;
}

// As high as randomInt goes, and so far below the largest seed that no request can count over it.
const systemSeed = (): number => randomInt(2 ** 48 - 1);

/** Whether pages of other origins may show what is sent (`<img>`, `fetch` from an isolated page). */
const shareResources =
  (isOpen: boolean): MiddlewareHandler =>
  async (c, next) => {
    c.header('Cross-Origin-Resource-Policy', isOpen ? 'cross-origin' : 'same-origin');
    await next();
  };

const openTo = (origins: '*' | readonly string[]): MiddlewareHandler =>
  cors({
    origin: origins === '*' ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Content-Type', 'X-Request-Id'],
    exposeHeaders: exposedHeaders,
    maxAge: 86_400,
  });

function createHealthRoutes(renderer: Renderer): Hono {
  return new Hono()
    .get('/livez', (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }))
    .get('/readyz', (c) => {
      const { state } = renderer;
      const isReady = state === 'ready';
      const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
      if (!isReady) headers['Retry-After'] = '1';
      return c.json({ status: state }, isReady ? 200 : 503, headers);
    });
}

/** Build the application: no port, no process, so `app.request('/generate?seed=1')` answers. */
export function createApp(options: AppOptions): Hono {
  const { models, renderer, corsOrigins, playgroundDir, onError } = options;
  const { maxCount = serveDefaults.maxCount, randomSeed = systemSeed } = options;
  const { maxBodyBytes = serveDefaults.maxBodyBytes } = options;
  const { maxUploadBytes = serveDefaults.maxUploadBytes } = options;
  const { maxPixels = serveDefaults.maxPixels } = options;
  const app = new Hono();
  app.use(requestId(), timing({ totalDescription: '', crossOrigin: corsOrigins === '*' }));
  app.use(shareResources(corsOrigins !== undefined));
  if (corsOrigins !== undefined) app.use(openTo(corsOrigins));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed(c, methods) {
        const allow = methods.join(', ');
        c.header('Allow', allow);
        const detail = `${c.req.path}: expected ${allow}, got ${c.req.method}`;
        return toProblemResponse(c, new HttpProblem('method-not-allowed', detail));
      },
    }),
  );
  app.route('/', createHealthRoutes(renderer));
  app.route('/', createGenerateRoutes({ models, renderer, maxCount, maxBodyBytes, randomSeed }));
  app.route('/', createInterpolateRoute({ models, renderer, maxCount, maxBodyBytes }));
  const upload = { maxCount, maxUploadBytes, maxPixels };
  app.route('/', createTranslateRoute({ models, renderer, ...upload, onError }));
  app.route('/', createModelRoutes(models, renderer));
  if (playgroundDir !== undefined) app.route('/', createPageRoutes(playgroundDir));
  app.notFound((c) => {
    const detail = `${c.req.path}: expected /generate, /interpolate, /translate, /models, /livez or /readyz`;
    return toProblemResponse(c, new HttpProblem('unknown-route', detail));
  });
  app.onError((error, c) => {
    if (isServerFault(error)) onError?.(error, c.get('requestId'));
    return toProblemResponse(c, error);
  });
  return app;
}
