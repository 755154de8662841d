/** The few calls of MinIO's administration API that a workload's own credentials need. */
import { text } from "node:stream/consumers";
import { encryptForAdmin } from "./adminCipher";
import { connect, type Connection } from "./connection";

/** What MinIO knows of a user. */
export interface UserInfo {
  status: string;
  policyName?: string;
}

/** An answer of the administration API that says no. */
export class AdminError extends Error {
  override name = "AdminError";
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What is read as MinIO's own word. Of 408, 429 and most of 5xx the client makes an error itself. */
const everyStatus = [200, 204, 400, 403, 404, 409, 501];

/** MinIO's users and policies. */
export class Admin {
  private readonly client;

  constructor(private readonly connection: Connection) {
    this.client = connect(connection);
  }

  /** Makes a user, or gives it a new secret key. */
  async putUser(accessKey: string, secretKey: string): Promise<void> {
    const body = Buffer.from(JSON.stringify({ secretKey, status: "enabled" }));
    await this.call("PUT", "add-user", { accessKey }, encryptForAdmin(this.connection.secretKey, body));
  }

  /** `undefined` when there is no such user. */
  async user(accessKey: string): Promise<UserInfo | undefined> {
    const answer = await this.find("user-info", { accessKey }, "XMinioAdminNoSuchUser");
    return answer === undefined ? undefined : (JSON.parse(answer) as UserInfo);
  }

  async removeUser(accessKey: string): Promise<void> {
    await this.find("remove-user", { accessKey }, "XMinioAdminNoSuchUser", "DELETE");
  }

  async putPolicy(name: string, policy: object): Promise<void> {
    await this.call("PUT", "add-canned-policy", { name }, JSON.stringify(policy));
  }

  /** `undefined` when there is no such policy. */
  async policy(name: string): Promise<unknown> {
    const answer = await this.find("info-canned-policy", { name }, "XMinioAdminNoSuchPolicy");
    return answer === undefined ? undefined : JSON.parse(answer);
  }

  async removePolicy(name: string): Promise<void> {
    await this.find("remove-canned-policy", { name }, "XMinioAdminNoSuchPolicy", "DELETE");
  }

  /** Lets a user do what a policy says, and nothing else. */
  async setUserPolicy(accessKey: string, policyName: string): Promise<void> {
    await this.call("PUT", "set-user-or-group-policy", { policyName, userOrGroup: accessKey, isGroup: "false" });
  }

  private async find(
    command: string,
    query: Record<string, string>,
    absent: string,
    method: "GET" | "DELETE" = "GET",
  ): Promise<string | undefined> {
    try {
      return await this.call(method, command, query);
    } catch (error) {
      if (error instanceof AdminError && error.code === absent) return undefined;
      throw error;
    }
  }

  private async call(
    method: "GET" | "PUT" | "DELETE",
    command: string,
    query: Record<string, string>,
    body: string | Buffer = "",
  ): Promise<string> {
    // The administration API lies below /minio/admin of the same server and takes the same signatures as S3 does, so a request
    // for the "object" admin/v3/… of the "bucket" minio is one.
    const response = await this.client.makeRequestAsync(
      { method, bucketName: "minio", objectName: `admin/v3/${command}`, query: new URLSearchParams(query).toString() },
      body,
      everyStatus,
      this.connection.region ?? "us-east-1",
    );
    const answer = await text(response);
    if ((response.statusCode ?? 500) < 300) return answer;
    const { Code: code = "", Message: message = answer } = parseFault(answer);
    throw new AdminError(
      code,
      `MinIO at ${this.connection.endpoint} answered ${response.statusCode} to ${command}: ${message} (${code || "no code"}).`,
    );
  }
}

function parseFault(answer: string): { Code?: string; Message?: string } {
  try {
    return JSON.parse(answer) as { Code?: string; Message?: string };
  } catch {
    const tag = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1];
    return { Code: tag("Code"), Message: tag("Message") };
  }
}
