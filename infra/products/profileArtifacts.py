"""
Runs upstream's controller of the profiles' pipelines (/hooks/sync.py) where the profiles' credentials of the object store are
made elsewhere. Upstream's asks SeaweedFS for them, and would put a Secret of its own in the place of the one that is there.
"""

import sys

sys.path.insert(0, "/hooks")

import sync  # noqa: E402

SECRET = "mlpipeline-minio-artifact"


class Elsewhere:
    """Stands where the object store's user management is asked for."""

    def create_access_key(self, **_):
        return {"AccessKey": {"AccessKeyId": "", "SecretAccessKey": ""}}

    def put_user_policy(self, **_):
        pass


def is_credentials(resource):
    return resource["kind"] == "Secret" and resource["metadata"]["name"] == SECRET


def main():
    sync.iam = Elsewhere()
    server = sync.server_factory(**sync.get_settings_from_env())
    handler = server.RequestHandlerClass
    upstream = handler.sync

    def without_credentials(self, parent, attachments):
        desired = upstream(self, parent, attachments)
        desired["attachments"] = [each for each in desired["attachments"] if not is_credentials(each)]
        return desired

    handler.sync = without_credentials
    server.serve_forever()


if __name__ == "__main__":
    main()
