import { Command } from 'commander';
import { verbs } from './verbs.js';
import { readVersion } from './version.js';

/** Build the command. Only the verbs named in `args` load the packages that they call. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('ganvas')
    .description('Train GANs, export them to ONNX, serve them, sample them and translate pictures.')
    .version(await readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'ganvas: ')),
    });
  for (const [name, { summary, load }] of Object.entries(verbs)) {
    const verb = program.command(name).description(summary);
    if (args.includes(name)) await (await load()).define(verb);
  }
  return program;
}
