/** What a workload's credentials may do: one prefix of one bucket, and what else is named to be read or written. */

export type Access = "read" | "readwrite";

/** A folder of a bucket. */
export interface BucketFolder {
  bucket: string;
  /** Without slashes at its ends. */
  prefix: string;
}

/** A policy document. */
export interface Policy {
  Version: "2012-10-17";
  Statement: {
    Effect: "Allow";
    Action: string[];
    Resource: string[];
    Condition?: Record<string, Record<string, string[]>>;
  }[];
}

/**
 * A policy for everything below a prefix of a bucket.
 *
 * @param prefix Without slashes at its ends; empty means the whole bucket.
 */
export function prefixPolicy(bucket: string, prefix: string, access: Access): Policy {
  const clean = prefix.replace(/^\/+|\/+$/g, "");
  const writing = access === "readwrite" ? ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"] : [];
  return {
    Version: "2012-10-17",
    Statement: [
      allow("s3:GetBucketLocation", `arn:aws:s3:::${bucket}`),
      {
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [`arn:aws:s3:::${bucket}`],
        ...(clean && { Condition: { StringLike: { "s3:prefix": [clean, `${clean}/*`] } } }),
      },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", ...(access === "readwrite" ? ["s3:ListMultipartUploadParts"] : []), ...writing].sort(),
        Resource: [`arn:aws:s3:::${bucket}/${clean && `${clean}/`}*`],
      },
      // Large objects are put in parts, and the client looks for parts of an earlier try. MinIO knows no prefix for this one, so
      // the names of unfinished uploads elsewhere in the bucket can be seen; their content cannot.
      ...(access === "readwrite" ? [allow("s3:ListBucketMultipartUploads", `arn:aws:s3:::${bucket}`)] : []),
    ],
  };
}

/**
 * The policy of a user that has one prefix, and may read or write some folders elsewhere. No statement is there twice: MinIO would leave
 * the second out, and the policy differ from what was put.
 */
export function userPolicy(user: {
  bucket: string;
  prefix?: string;
  access: Access;
  alsoReads?: readonly BucketFolder[];
  alsoWrites?: readonly BucketFolder[];
}): Policy {
  const own = prefixPolicy(user.bucket, user.prefix ?? "", user.access);
  const further = (folders: readonly BucketFolder[] = [], access: Access) =>
    folders.flatMap(({ bucket, prefix }) => prefixPolicy(bucket, prefix, access).Statement);
  const statements = [...own.Statement, ...further(user.alsoReads, "read"), ...further(user.alsoWrites, "readwrite")];
  const all = new Map(statements.map((statement) => [JSON.stringify(statement), statement]));
  return { ...own, Statement: [...all.values()] };
}

function allow(action: string, resource: string): Policy["Statement"][number] {
  return { Effect: "Allow", Action: [action], Resource: [resource] };
}
