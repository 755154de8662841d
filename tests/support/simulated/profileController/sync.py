"""
What upstream's controller of the profiles' pipelines looks like from outside, as its manifests' copy for tests leaves it out: it
asks an object store's user management for credentials, and declares a Secret with them beside other things.
"""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Unreachable:
    def create_access_key(self, UserName):
        raise RuntimeError(f"no SeaweedFS to make {UserName} in")


iam = Unreachable()


def get_settings_from_env():
    return {"controller_port": os.environ["CONTROLLER_PORT"]}


def server_factory(controller_port):
    class Controller(BaseHTTPRequestHandler):
        def sync(self, parent, attachments):
            namespace = parent["metadata"]["name"]
            key = iam.create_access_key(UserName=namespace)["AccessKey"]
            iam.put_user_policy(UserName=namespace, PolicyName="P", PolicyDocument="{}")
            secret = {"kind": "Secret", "metadata": {"name": "mlpipeline-minio-artifact", "namespace": namespace}}
            secret["data"] = {"accesskey": key["AccessKeyId"], "secretkey": key["SecretAccessKey"]}
            token = {"kind": "Secret", "metadata": {"name": "default-editor.service-account-token"}}
            launcher = {"kind": "ConfigMap", "metadata": {"name": "kfp-launcher", "namespace": namespace}}
            return {"status": {}, "attachments": [secret, launcher, token]}

        def do_POST(self):
            observed = json.loads(self.rfile.read(int(self.headers.get("content-length"))))
            desired = self.sync(observed["object"], observed["attachments"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(bytes(json.dumps(desired), "utf-8"))

    return HTTPServer(("127.0.0.1", int(controller_port)), Controller)
