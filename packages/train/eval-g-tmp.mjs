import { exportRun, evaluate } from '/work/main/packages/train/dist/index.js';
import sharp from 'sharp';
for (const recipe of process.argv.slice(2)) {
  const [model] = await exportRun(`/tmp/gex/${recipe}`, { to: `/tmp/gex/models/${recipe}`, license: 'CC-BY-SA-4.0' });
  const e = await evaluate({ target: `/tmp/gex/models/${recipe}`, data: recipe === 'label-to-image' ? 'openmoji-labels' : 'openmoji', metrics: ['l1', 'psnr', 'ssim'], sheetRows: 8 });
  console.log(recipe, e.count, JSON.stringify(e.rows), JSON.stringify(e.leftOut), e.translateMs.toFixed(1));
  const { width, height, data } = e.sheet;
  const file = `/tmp/gex/${recipe}.png`;
  await sharp(data, { raw: { width, height, channels: 3 } }).png({ palette: true, colours: 128, effort: 10 }).toFile(file);
}
