/** A real database server, run as the pods of upstream's MySQL are, with its state in a temporary folder. */
import { type ChildProcess, execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { plainProgress } from "../../../toolchain";
import { installTool } from "../../../infra/recipes";
import { fromDebian } from "../../../infra/recipes/tools/define";
import { endProgram, startProgram } from "../machine/processes";
import { freePort } from "../cluster/testNode";
import { until } from "../machine/until";

const run = promisify(execFile);
const progress = plainProgress((line) => process.stderr.write(`${line}\n`));

/** MariaDB: Debian has no MySQL, and in what is tried here the two are one. */
const mariadb = fromDebian(["mariadb-server-core", "mariadb-client-core", "mariadb-client"], {
  mariadbd: "usr/sbin/mariadbd",
  mariadb: "usr/bin/mariadb",
  "mariadb-install-db": "usr/bin/mariadb-install-db",
});

/** A server that is started again and again on the same data, by a command line that stands in a pod. */
export class TestDatabase {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly programs: Readonly<Record<string, string>>,
  ) {}

  /** Obtains the programs and makes a folder; no server runs yet. */
  static async prepare(): Promise<TestDatabase> {
    const { programs } = await installTool("mariadb", mariadb, progress);
    const folder = mkdtempSync(join(tmpdir(), "database-"));
    const database = new TestDatabase(folder, await freePort(), programs);
    database.writeEntrypoint();
    return database;
  }

  /** Where the server keeps its data. */
  get data(): string {
    return join(this.folder, "data");
  }

  /** Where it reads statements from when it starts. */
  get sql(): string {
    return join(this.folder, "init.sql");
  }

  /**
   * Starts the server.
   * @param command a script for a shell that ends in `docker-entrypoint.sh mysqld …`
   * @param password the one of the environment, and of the statements
   */
  async start(command: string, password: string, statements: string): Promise<void> {
    writeFileSync(this.sql, statements);
    const args = [...["--no-defaults", "--user=root", "--bind-address=127.0.0.1"], ...this.where()];
    const env = { PATH: `${this.folder}:${process.env["PATH"] ?? ""}`, MYSQL_ROOT_PASSWORD: password };
    this.child = await startProgram("/bin/sh", ["-c", command, "mysqld", ...args, `--port=${this.port}`], {
      folder: this.folder,
      name: "server",
      env,
    });
    await until("the database answers", async () => {
      if (this.child?.exitCode !== null) return true;
      const answer = await this.ask(password, "127.0.0.1");
      return answer === "welcome" || answer === "refused";
    });
  }

  /** Ends the server. */
  async stop(): Promise<void> {
    if (this.child) await endProgram(this.child);
  }

  /** Makes the data without the password, as a server that is killed in the middle of its first start leaves it. */
  async leaveHalfMade(): Promise<void> {
    await run(join(this.folder, "docker-entrypoint.sh"), ["make", ...this.where()]);
  }

  /**
   * What root is told who comes with a password.
   * @param host an address, or `localhost` for the server's socket
   */
  async ask(password: string, host: "127.0.0.1" | "localhost"): Promise<"welcome" | "refused" | "nothing"> {
    const how = host === "localhost" ? [`--socket=${this.socket()}`] : ["--protocol=tcp", `--host=${host}`];
    const args = ["--no-defaults", ...how, `--port=${this.port}`, "--user=root", "--execute=SELECT 1"];
    try {
      await run(this.programs["mariadb"] ?? "", args, { env: { ...process.env, MYSQL_PWD: password } });
      return "welcome";
    } catch (error) {
      const { stderr = "" } = error as { stderr?: string };
      return /Access denied/.test(stderr) ? "refused" : "nothing";
    }
  }

  /** Ends the server and removes its state. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private where(): string[] {
    return [`--datadir=${this.data}`, `--socket=${this.socket()}`];
  }

  private socket(): string {
    return join(this.folder, "server.sock");
  }

  /**
   * What the entrypoint of MySQL's image does with a folder without a database: it makes one whose root has no password, starts the
   * server with the arguments that it was given, and sets the password over the socket.
   */
  private writeEntrypoint(): void {
    const { mariadbd = "", "mariadb-install-db": install = "", mariadb: client = "" } = this.programs;
    const base = join(mariadbd, "../../root/usr");
    const entrypoint = join(this.folder, "docker-entrypoint.sh");
    const asRoot = `${client} --no-defaults --socket=${this.socket()} --user=root`;
    writeFileSync(
      entrypoint,
      `#!/bin/sh
set -e
data=${this.data}
if [ ! -d $data/mysql ]; then
  ${install} --no-defaults --user=root --basedir=${base} --datadir=$data --auth-root-authentication-method=normal --skip-test-db >&2
  if [ "$1" = make ]; then exit 0; fi
  shift
  ${mariadbd} "$@" --skip-networking &
  server=$!
  until [ -S ${this.socket()} ]; do sleep 0.1; done
  if ! ${asRoot} <<SQL
ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
CREATE USER 'root'@'%' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
SQL
  then kill $server; wait $server; exit 1; fi
  kill $server
  wait $server || true
else
  shift
fi
exec ${mariadbd} "$@"
`,
    );
    chmodSync(entrypoint, 0o755);
    if (!existsSync(base)) throw new Error(`There is no ${base}.`);
  }
}
