import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Found } from '../../src/structure/component.ts';
import { ECOSYSTEMS } from '../../src/structure/ecosystems/index.ts';
import type { Tree } from '../../src/structure/tree.ts';

type Files = Readonly<Record<string, string>>;

/** What all discoverers find, each part in one line, and their warnings. No discoverer may read a file twice. */
async function discovered(files: Files): Promise<{ parts: string[]; warnings: string[] }> {
  const parts: string[] = [];
  const warnings: string[] = [];
  for (const discoverer of ECOSYSTEMS) {
    const reads: string[] = [];
    const tree: Tree = {
      files: Object.keys(files).sort(),
      read: async (path) => {
        reads.push(path);
        return files[path];
      },
    };
    const found = await discoverer(tree, ({ sentence }) => warnings.push(sentence));
    parts.push(...found.map(told));
    expect(reads).toEqual([...new Set(reads)]);
  }
  return { parts: parts.sort(), warnings };
}

/** `path (manifest): kind Framework "Title", called names, uses path by source` */
function told({ path, manifest, kind, framework, title, names, uses }: Found): string {
  const file = path === '' ? manifest : manifest.replace(`${path}/`, '');
  const head = `${path || '.'} (${file}): ${[kind, framework, title && `"${title}"`].filter(Boolean).join(' ')}`;
  const users = Map.groupBy(uses, ({ of }) => ('path' in of ? of.path || '.' : of.name));
  const used = [...users].map(([of, by]) => `${of} by ${by.map(({ source }) => source).join('+')}`);
  const called = names.length > 0 ? [`called ${names.join(' ')}`] : [];
  return [head, ...called, ...(used.length > 0 ? [`uses ${used.join(' and ')}`] : [])].join(', ');
}

type Case = readonly [name: string, files: Files, parts: readonly string[], warnings?: readonly string[]];

function table(cases: readonly Case[]): void {
  test.each(cases.map(([name, ...rest]) => [name, rest] as const))(
    '%s',
    async (_, [files, parts, warnings = []]) => {
      expect(await discovered(files)).toEqual({ parts, warnings });
    },
  );
}

describe('Go', () => {
  table([
    [
      'a workspace, and imports that no manifest declares',
      {
        'go.work': 'go 1.24\n\nuse (\n\t./services/api\n\t./libs/log // ours\n)\nuse ./cmd/tool\n',
        'services/api/go.mod':
          'module example.com/api\n\ngo 1.24\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.10.0\n\texample.com/log v0.0.0\n\tgolang.org/x/text v0.1.0 // indirect\n)\n',
        'services/api/main.go':
          'package main\n\nimport (\n\t"fmt"\n\t// "example.com/tool/old"\n\tlogging "example.com/log/json"\n)\n\nfunc main() { fmt.Println("example.com/tool") }\n',
        'libs/log/go.mod': 'module "example.com/log"\n',
        'libs/log/json/json.go': 'package json\n',
        'cmd/tool/go.mod': 'module example.com/tool\nrequire github.com/spf13/cobra v1.8.0\n',
        'cmd/tool/main.go': 'package main\nimport "example.com/log/json"\nfunc main() {}\n',
      },
      [
        'cmd/tool (go.mod): cli Cobra, called example.com/tool, uses libs/log by import',
        'libs/log (go.mod): library, called example.com/log',
        'services/api (go.mod): backend Gin, called example.com/api, uses libs/log by manifest+import',
      ],
    ],
    [
      'replacements by a path, by a workspace, and by another name',
      {
        'go.work': 'use ./a\nreplace example.com/far => ./far-fork\n',
        'a/go.mod':
          'module example.com/a\nrequire example.com/b v1.0.0\nrequire example.com/far v1.0.0\nrequire example.com/old v1.0.0\nreplace example.com/b v1.0.0 => ../b-fork\nreplace example.com/old => example.com/near v2.0.0\n',
        'b/go.mod': 'module example.com/b\n',
        'b-fork/go.mod': 'module example.com/b-fork\n',
        'far-fork/go.mod': 'module example.com/far-fork\n',
        'near/go.mod': 'module example.com/near\n',
      },
      [
        'a (go.mod): library, called example.com/a, uses b-fork by manifest and far-fork by manifest and near by manifest',
        'b (go.mod): library, called example.com/b',
        'b-fork (go.mod): library, called example.com/b-fork',
        'far-fork (go.mod): library, called example.com/far-fork',
        'near (go.mod): library, called example.com/near',
      ],
    ],
    [
      'the module with the longest name, within another; copies and test data are none',
      {
        'go.mod': 'module example.com/all\nrequire example.com/all/sdk v1.0.0 // indirect\n',
        'all.go': 'package all\nimport (\n\t"example.com/all/sdk/trace"\n\t"example.com/all/internal"\n)\n',
        'sdk/go.mod': 'module example.com/all/sdk\n',
        'sdk/sdk.go': 'package sdk\n/* import "example.com/all/sub" */\nimport `example.com/all/internal`\n',
        'vendor/example.com/x/go.mod': 'module example.com/x\n',
        'sdk/testdata/go.mod': 'module example.com/data\n',
        '_old/go.mod': 'module example.com/old\n',
      },
      [
        '. (go.mod): library, called example.com/all, uses sdk by import',
        'sdk (go.mod): library, called example.com/all/sdk, uses . by import',
      ],
    ],
    [
      'a framework that a library extends makes it no server; a plain server has none; tests are no program',
      {
        'lib/go.mod': 'module example.com/lib\nrequire github.com/labstack/echo/v4 v4.1.0\n',
        'lib/lib.go': 'package lib\n',
        'lib/lib_test.go': 'package main\nfunc f() { http.ListenAndServe("", nil) }\n',
        'plain/go.mod': 'module example.com/plain\n',
        'plain/main.go': 'package main\nfunc main() { http.ListenAndServe(":80", nil) }\n',
        'echo/go.mod': 'module example.com/echo\nrequire github.com/labstack/echo/v4 v4.1.0\n',
        'echo/cmd/main.go': 'package main\nfunc main() {}\n',
        'client/go.mod': 'module example.com/client\nrequire google.golang.org/grpc v1.60.0\n',
        'client/main.go': 'package main\nfunc main() {}\n',
      },
      [
        'client (go.mod): cli, called example.com/client',
        'echo (go.mod): backend Echo, called example.com/echo',
        'lib (go.mod): library, called example.com/lib',
        'plain (go.mod): backend, called example.com/plain',
      ],
    ],
    [
      'what is wrong is told with its line, and the rest is there',
      {
        'go.work': 'go 1.24\nuse ./gone\nuse ./fine\n',
        'fine/go.mod': 'module example.com/fine\n\nreplace example.com/x => ../nowhere\n',
        'broken/go.mod': 'module example.com/broken\nreqire example.com/fine v1\n',
        'open/go.mod': 'module example.com/open\nrequire (\n\texample.com/fine v1\n',
        'nameless/go.mod': 'go 1.24\n',
      },
      ['fine (go.mod): library, called example.com/fine'],
      [
        "broken/go.mod:2:1: reqire is no directive of Go's modules. What it says is left out until it is corrected.",
        'open/go.mod:2:1: the block of require has no end. What it says is left out until it is corrected.',
        'nameless/go.mod names no module: begin it with a line "module …".',
        'go.work:2: ./gone has no go.mod: take the line away, or make the module.',
        'fine/go.mod:3: example.com/x is replaced by ../nowhere, which is no module of this repository: correct the path, or take the line away.',
      ],
    ],
  ]);
});

describe('Cargo', () => {
  table([
    [
      'a workspace with globs, exclusions and shared dependencies',
      {
        'Cargo.toml':
          '[workspace]\nmembers = ["crates/*", "tools/cli"]\nexclude = ["crates/old"]\n\n[workspace.dependencies]\ncore = { path = "crates/core", version = "1" }\nserde = "1"\n',
        'crates/core/Cargo.toml': '[package]\nname = "core"\ndescription = "The Core"\n',
        'crates/api/Cargo.toml':
          '[package]\nname = "api"\n[dependencies]\naxum = "0.8"\ncore.workspace = true\nserde = { workspace = true }\n[target."cfg(unix)".dependencies]\nwire = { path = "../wire" }\n',
        'crates/api/src/main.rs': 'fn main() {}\n',
        'crates/wire/Cargo.toml':
          '[package]\nname = "wire"\n[dev-dependencies]\ncore = { workspace = true }\n',
        'crates/old/Cargo.toml':
          '[package]\nname = "old"\n[dependencies]\nwire = { path = "../wire" }\ncore = "0.9"\n',
        'tools/cli/Cargo.toml':
          '[package]\nname = "cli"\n[dependencies]\nclap = "4"\nkernel = { package = "core", path = "../../crates/core" }\n[[bin]]\nname = "cli"\n',
      },
      [
        'crates/api (Cargo.toml): backend Axum, called api, uses crates/core by manifest and crates/wire by manifest',
        'crates/core (Cargo.toml): library "The Core", called core',
        'crates/old (Cargo.toml): library, called old, uses crates/wire by manifest',
        'crates/wire (Cargo.toml): library, called wire, uses crates/core by manifest',
        'tools/cli (Cargo.toml): cli Clap, called cli, uses crates/core by manifest',
      ],
    ],
    [
      'a version alone is the registry’s, unless it is patched',
      {
        'Cargo.toml':
          '[workspace]\nmembers = ["app", "log", "forks/*"]\nexclude = ["alone"]\n[patch.crates-io]\nhyper = { path = "forks/hyper" }\n',
        'app/Cargo.toml':
          '[package]\nname = "app"\n[dependencies]\nlog = "0.4"\nweb = { package = "hyper", version = "1" }\nactix-web = "4"\n',
        'app/src/bin/serve.rs': 'fn main() {}\n',
        'alone/Cargo.toml': '[package]\nname = "alone"\n[dependencies]\nhyper = "1"\n',
        'log/Cargo.toml': '[package]\nname = "log"\n',
        'forks/hyper/Cargo.toml': '[package]\nname = "hyper"\n',
      },
      [
        'alone (Cargo.toml): library, called alone',
        'app (Cargo.toml): backend Actix, called app, uses forks/hyper by manifest',
        'forks/hyper (Cargo.toml): library, called hyper',
        'log (Cargo.toml): library, called log',
      ],
    ],
    [
      'a member among test data counts, since a workspace names it; a library with a framework is a library; a page that is loaded is none',
      {
        'Cargo.toml':
          '[package]\nname = "root"\n[workspace]\nmembers = ["tests/fixtures/*"]\nexclude = ["tests/fixtures/two"]\n[dependencies]\naxum = "0.8"\n',
        'src/lib.rs': '',
        'tests/fixtures/one/Cargo.toml':
          '[package]\nname = "one"\n[dependencies]\nroot = { path = "../../.." }\n',
        'tests/fixtures/two/Cargo.toml': '[package]\nname = "two"\n',
        'web/Cargo.toml':
          '[package]\nname = "web"\nworkspace = ".."\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nleptos = "0.7"\n',
      },
      [
        '. (Cargo.toml): library, called root',
        'tests/fixtures/one (Cargo.toml): library, called one, uses . by manifest',
        'web (Cargo.toml): frontend Leptos, called web',
      ],
    ],
    [
      'what is wrong is told with its place, and the rest is there',
      {
        'Cargo.toml': '[workspace]\nmembers = [\n  "fine",\n  "gone",\n  "../outside",\n  "broken",\n]\n',
        'fine/Cargo.toml':
          '[package]\nname = "fine"\n[dependencies]\nbroken = { path = "../broken" }\nlost = { path = "../lost" }\nmissing.workspace = true\n',
        'broken/Cargo.toml': '[package]\nname = \n',
        'empty/Cargo.toml': '[lib]\n',
      },
      ['fine (Cargo.toml): library, called fine'],
      [
        'broken/Cargo.toml:2:8: not TOML: invalid value. What it says is left out until it is corrected.',
        'Cargo.toml:4: the member "gone" matches no folder with a Cargo.toml: correct it, or take it away.',
        'Cargo.toml:5: the member "../outside" leads out of the repository: correct it.',
        'empty/Cargo.toml has neither a package with a name nor a workspace: add `[package]` with `name`.',
        'fine/Cargo.toml:5: lost is to be in ../lost, where no Cargo.toml of this repository is: correct the path.',
        'fine/Cargo.toml:6: missing is taken from a workspace that does not name it: add it to `[workspace.dependencies]`, or say here which.',
      ],
    ],
  ]);
});

describe('Python', () => {
  table([
    [
      'a uv workspace: sources of the root count for its members, and imports are found below src and beside',
      {
        'pyproject.toml':
          '[project]\nname = "acme"\n[tool.uv.workspace]\nmembers = ["packages/*", "services/api"]\nexclude = ["packages/old"]\n[tool.uv.sources]\nacme-core = { workspace = true }\nacme-log = { index = "theirs" }\n',
        'packages/core/pyproject.toml': '[project]\nname = "Acme_Core"\ndescription = "Acme core."\n',
        'packages/core/src/acme/core/__init__.py': '',
        'packages/log/pyproject.toml': '[project]\nname = "acme-log"\n',
        'packages/log/acme/log/__init__.py': 'from acme.core.model import Model\n',
        'packages/old/pyproject.toml': '[project]\nname = "old"\ndependencies = ["acme.core>=1"]\n',
        'services/api/pyproject.toml':
          '[project]\nname = "api"\ndependencies = ["fastapi>=0.1", "acme-core[x]>=1; python_version > \'3\'", "acme-log"]\n[dependency-groups]\ntest = ["acme-tools", { include-group = "lint" }]\n[tool.uv.sources]\nacme-tools = { path = "../../tools", editable = true }\n',
        'services/api/api/main.py':
          '"""\nfrom acme.log import doc\n"""\nfrom fastapi import FastAPI\nfrom acme import (\n    core,  # ours\n)\n\napp = FastAPI()\n',
        'tools/pyproject.toml':
          '[project]\nname = "acme-tools"\ndependencies = ["typer"]\n[project.scripts]\nacme = "tools:main"\n',
      },
      [
        'packages/core (pyproject.toml): library "Acme core", called acme-core',
        'packages/log (pyproject.toml): library, called acme-log, uses packages/core by import',
        'packages/old (pyproject.toml): library, called old, uses packages/core by manifest',
        'services/api (pyproject.toml): backend FastAPI, called api, uses packages/core by manifest+import and tools by manifest',
        'tools (pyproject.toml): cli Typer, called acme-tools',
      ],
    ],
    [
      'Poetry, with paths, groups and a source folder of its own',
      {
        'app/pyproject.toml':
          '[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = "*"\nlib = { path = "../lib", develop = true }\n[tool.poetry.group.dev.dependencies]\ntesting-kit = "*"\n',
        'app/app/__init__.py':
          'from flask import Flask\nfrom lib import x\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n',
        'lib/pyproject.toml':
          '[tool.poetry]\nname = "lib"\npackages = [{ include = "lib", from = "python" }]\n',
        'lib/python/lib/__init__.py': 'import testing_kit.fakes, os\n',
        'kit/pyproject.toml': '[tool.poetry]\nname = "testing_kit"\n',
        'kit/testing_kit/__init__.py': 'from . import fakes\nfrom .lib import x\n',
      },
      [
        'app (pyproject.toml): backend Flask, called app, uses kit by manifest and lib by manifest+import',
        'kit (pyproject.toml): library, called testing-kit',
        'lib (pyproject.toml): library, called lib, uses kit by import',
      ],
    ],
    [
      'older manifests, addresses of files, and lists of requirements beside code',
      {
        'old/setup.cfg':
          '[metadata]\nname = old.pkg\n[options]\ninstall_requires =\n    click\n    older @ file:../older\n[options.entry_points]\nconsole_scripts =\n    old = old:main\n',
        'old/setup.py': 'from setuptools import setup\nsetup()\n',
        'older/setup.py':
          'from setuptools import setup\nsetup(name="older", install_requires=["old_pkg>=1"])\n',
        'hatch/pyproject.toml': '[project]\nname = "hatch"\ndependencies = ["elder @ {root:uri}/../older"]\n',
        'site/requirements.txt': '# ours\n-e ../older[extra]\nDjango==5.0  # the framework\n',
        'site/manage.py': '',
        'site/docs/requirements.txt': 'sphinx\n',
        'site/docs/conf.py': '',
        'job/Pipfile': '[packages]\nolder = { path = "../older", editable = true }\n',
        'job/run.py': 'import requests\n',
        'notes/requirements.txt': 'mkdocs\n',
      },
      [
        'hatch (pyproject.toml): library, called hatch, uses older by manifest',
        'job (Pipfile): other, uses older by manifest',
        'old (setup.cfg): cli Click, called old-pkg, uses older by manifest',
        'older (setup.py): library, called older, uses old by manifest',
        'site (requirements.txt): backend Django, uses older by manifest',
      ],
    ],
    [
      'a name that two projects have tells nothing, a source elsewhere is not ours, and tests are imported by nobody',
      {
        'a/pyproject.toml':
          '[project]\nname = "a"\ndependencies = ["b", "fastapi"]\n[tool.uv.sources]\nb = { git = "https://example.com/b" }\n',
        'a/shared/__init__.py': '',
        'a/tests/__init__.py': '',
        'b/pyproject.toml': '[project]\nname = "b"\n[tool.ruff]\n',
        'b/shared/__init__.py': 'import shared.x\n',
        'c/pyproject.toml': '[project]\nname = "c"\n',
        'c/c.py': 'import shared, tests\n',
        'd/pyproject.toml': '[project]\nname = "d"\n',
        'd/d/__init__.py': 'import c\n',
        'lint/pyproject.toml': '[tool.ruff]\nline-length = 100\n',
      },
      [
        'a (pyproject.toml): library, called a',
        'b (pyproject.toml): library, called b',
        'c (pyproject.toml): library, called c',
        'd (pyproject.toml): library, called d, uses c by import',
      ],
    ],
    [
      'what is wrong is told with its place, and the rest is there',
      {
        'pyproject.toml': '[tool.uv.workspace]\nmembers = [\n  "packages/*",\n  "gone",\n]\n',
        'packages/a/pyproject.toml':
          '[project]\nname = "a"\ndependencies = ["ours", "lost"]\n[tool.uv.sources]\nours = { workspace = true }\nlost = { path = "../lost" }\n',
        'packages/b/pyproject.toml': '[project]\nversion = "1"\n',
        'packages/c/pyproject.toml': '[project\n',
      },
      ['packages/a (pyproject.toml): library, called a', 'packages/b (pyproject.toml): other'],
      [
        'packages/c/pyproject.toml:1:9: not TOML: illegal character in key. What it says is left out until it is corrected.',
        'packages/b/pyproject.toml has a `[project]` without a name: add one.',
        'pyproject.toml:4: the member "gone" matches no folder with a pyproject.toml: correct it, or take it away.',
        'packages/a/pyproject.toml:3: ours is to be of the workspace, and is not in this repository: correct it, or take it away.',
        'packages/a/pyproject.toml:6: lost is to be in ../lost, which is not in this repository: correct it, or take it away.',
      ],
    ],
  ]);
});

const pom = (artifact: string, inner = '') =>
  `<project>\n<groupId>org.acme</groupId>\n<artifactId>${artifact}</artifactId>\n${inner}\n</project>\n`;
const child = (artifact: string, inner = '') =>
  `<project><parent><groupId>org.acme</groupId><artifactId>acme</artifactId><version>1</version></parent><artifactId>${artifact}</artifactId>${inner}</project>`;
const uses = (...names: string[]) => {
  const dependencies = names.map((name) => {
    const [group, artifact] = name.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId></dependency>`;
  });
  return `<dependencies>${dependencies.join('')}</dependencies>`;
};

describe('Maven', () => {
  table([
    [
      'modules with parents and properties; what only lists others is no part',
      {
        'pom.xml': pom(
          'acme',
          `<packaging>pom</packaging><modules><module>api</module><module>core</module></modules><properties><core.name>acme-core</core.name><our.group>\${project.groupId}</our.group></properties><profiles><profile><modules><module>web</module></modules></profile></profiles>`,
        ),
        'core/pom.xml': child('acme-core', '<name>Core &amp; more</name>'),
        'api/pom.xml': child(
          'acme-api',
          `<name>The API</name>${uses(`\${our.group}:\${core.name}`, 'org.springframework.boot:spring-boot-starter-web', 'org.other:acme-web')}`,
        ),
        'api/src/main/java/org/acme/ApiApplication.java': '',
        'api/src/test/resources/pom.xml': '<project>',
        'web/pom.xml': child(
          'acme-web',
          `<packaging>war</packaging>${uses(`\${project.parent.groupId}:acme-api`)}<profiles><profile>${uses('org.acme:acme-core')}</profile></profiles>`,
        ),
      },
      [
        'api (pom.xml): backend Spring Boot "The API", called org.acme:acme-api, uses core by manifest',
        'core (pom.xml): library "Core & more", called org.acme:acme-core',
        'web (pom.xml): backend, called org.acme:acme-web, uses api by manifest and core by manifest',
      ],
    ],
    [
      'a parent that is a part, a plugin of our own, and a starter that is no program',
      {
        'parent/pom.xml': pom('acme', '<packaging>pom</packaging>'),
        'starter/pom.xml': `<project><parent><groupId>org.acme</groupId><artifactId>acme</artifactId><relativePath>../parent</relativePath></parent><artifactId>starter</artifactId>${uses('org.springframework.boot:spring-boot-autoconfigure')}<build><plugins><plugin><groupId>org.acme</groupId><artifactId>acme-plugin</artifactId></plugin></plugins></build></project>`,
        'plugin/pom.xml': pom('acme-plugin', uses('io.quarkus:quarkus-core')),
      },
      [
        'parent (pom.xml): library, called org.acme:acme',
        'plugin (pom.xml): backend Quarkus, called org.acme:acme-plugin',
        'starter (pom.xml): library, called org.acme:starter, uses parent by manifest and plugin by manifest',
      ],
    ],
    [
      'a library that is tested with a framework is made of something else',
      {
        'a/pom.xml': pom(
          'a',
          uses('io.quarkus:quarkus-junit5').replace('</artifactId>', '</artifactId><scope>test</scope>'),
        ),
      },
      ['a (pom.xml): library, called org.acme:a'],
    ],
    [
      'what is wrong is told with its place, and the rest is there; properties in a circle end',
      {
        'pom.xml': pom(
          'acme',
          '<packaging>pom</packaging>\n<modules>\n<module>gone</module>\n<module>a</module>\n</modules>',
        ),
        'a/pom.xml': child('a', `<properties><x>\${y}</x><y>\${x}</y></properties>${uses(`\${x}:b`)}`),
        'b/pom.xml': '<project>\n<artifactId>b</artifact>\n</project>',
        'c/pom.xml': '<project><artifactId>c</artifactId></project>',
      },
      ['a (pom.xml): library, called org.acme:a', 'c (pom.xml): library'],
      [
        expect.stringMatching(
          /^b\/pom\.xml:2:\d+: not XML: .*artifactId.*\. What it says is left out until it is corrected\.$/,
        ),
        'pom.xml:6: the module gone has no pom.xml in this repository: correct it, or take it away.',
        'c/pom.xml has no artifactId, or a groupId that is not known here: give both, so that others can be seen to depend on it.',
      ],
    ],
  ]);
});

describe('Gradle', () => {
  table([
    [
      'settings in Kotlin, type-safe accessors, names and folders of their own',
      {
        'settings.gradle.kts':
          'pluginManagement {\n  includeBuild("build-logic")\n}\nrootProject.name = "acme"\n// include(":none")\ninclude(":app", ":libs:my-core")\ninclude(\n  ":tools",\n  ":plain",\n)\nproject(":tools").projectDir = file("misc/tools")\nproject(":plain").name = "renamed"\n',
        'build.gradle.kts': 'group = "org.acme"\n',
        'build-logic/settings.gradle.kts': '',
        'build-logic/build.gradle.kts': '',
        'buildSrc/build.gradle.kts': '',
        'app/build.gradle.kts':
          'plugins {\n  alias(libs.plugins.ktor)\n  id("io.ktor.plugin") version "3.0"\n}\ndescription = "The App"\ndependencies {\n  implementation(projects.libs.myCore)\n  testImplementation(testFixtures(project(":renamed")))\n  /* api(project(":tools")) */\n}\n',
        'app/src/main/kotlin/org/acme/Application.kt': '',
        'libs/my-core/build.gradle.kts':
          'dependencies {\n  api(\n    project(":tools")\n  )\n  api("io.ktor:ktor-server-core:3.0")\n}\n',
        'misc/tools/build.gradle.kts': 'plugins {\n  application\n}\n',
        'plain/src/main/java/A.java': '',
      },
      [
        'app (build.gradle.kts): backend Ktor "The App", called org.acme:app, uses libs/my-core by manifest and plain by manifest',
        'libs/my-core (build.gradle.kts): library, called org.acme:my-core, uses misc/tools by manifest',
        'misc/tools (build.gradle.kts): cli, called org.acme:tools',
        'plain (settings.gradle.kts): library, called org.acme:renamed',
      ],
    ],
    [
      'settings in Groovy, projects that the root configures, and includes that are computed',
      {
        'settings.gradle':
          "include 'web', ':api'\nfileTree('.') { include '**/build.gradle' }.each { include it }\n",
        'build.gradle':
          "subprojects { apply plugin: 'java' }\nproject(':web') {\n  dependencies {\n    implementation project(path: ':api', configuration: 'x')\n  }\n}\nproject(':api') { }\n",
        'web/build.gradle': "apply plugin: 'war'\n",
        'api/build.gradle':
          "plugins {\n  id 'org.springframework.boot' version \"$v\"\n}\ndependencies { implementation project(':computed:deep') }\n",
        'api/src/main/java/Main.java': '',
        'computed/deep/build.gradle': "plugins { id 'com.android.application' }\n",
        'other/settings.gradle': "include 'api'\n",
        'other/api/build.gradle': "dependencies { implementation project(':web') }\n",
        'alone/build.gradle': '',
      },
      [
        'alone (build.gradle): library',
        'api (build.gradle): backend Spring Boot, uses computed/deep by manifest',
        'computed/deep (build.gradle): mobile Android',
        'other/api (build.gradle): library',
        'web (build.gradle): backend, uses api by manifest',
      ],
    ],
    [
      'a build of one project, and what is included and not there',
      {
        'settings.gradle': "include 'a', 'b'\n\ninclude 'gone:deep'\n",
        'build.gradle': "dependencies { implementation project(':a') }\nproject(':b') { }\n",
        'src/main/java/A.java': '',
        'a/build.gradle': '',
        'b/build.gradle': '',
      },
      [
        '. (build.gradle): library, uses a by manifest',
        'a (build.gradle): library',
        'b (build.gradle): library',
      ],
      [
        'settings.gradle:3: :gone:deep is included, and gone/deep has no files in this repository: correct it, or take it away.',
      ],
    ],
  ]);
});

describe('Terraform', () => {
  table([
    [
      'roots and modules; one that only the folder around it uses is a piece of it',
      {
        'envs/prod/main.tf':
          '# module "x" { source = "../gone" }\nmodule "vpc" {\n  source = "../../modules/vpc"\n  tags = { source = "../gone" }\n}\nmodule "eks" {\n  source  = "terraform-aws-modules/eks/aws"\n}\n',
        'envs/dev/stack.tf.json': '{"module": {"vpc": {"source": "../../modules//vpc"}}}',
        'modules/vpc/main.tf': 'resource "aws_vpc" "this" {}\nmodule "nat" {\n  source = "./nat"\n}\n',
        'modules/vpc/nat/nat.tf':
          'variable "x" {\n  default = <<EOT\nmodule "y" {\n  source = "../gone"\n}\nEOT\n}\n',
        'modules/vpc/.terraform/modules/x/main.tf': '',
      },
      [
        'envs/dev (stack.tf.json): infrastructure Terraform, uses modules/vpc by manifest',
        'envs/prod (main.tf): infrastructure Terraform, uses modules/vpc by manifest',
        'modules/vpc (main.tf): infrastructure Terraform',
      ],
    ],
    [
      'a module of a root that others use too is a part of its own',
      {
        'infra/main.tf': 'module "db" {\n  source = "./modules/db"\n}\n',
        'infra/modules/db/main.tf': '',
        'infra/modules/db/alarms/main.tf': '',
        'jobs/main.tofu': 'module "db" {\n  source = "../infra/modules/db"\n}\n',
      },
      [
        'infra (main.tf): infrastructure Terraform, uses infra/modules/db by manifest',
        'infra/modules/db (main.tf): infrastructure Terraform',
        'infra/modules/db/alarms (main.tf): infrastructure Terraform',
        'jobs (main.tofu): infrastructure Terraform, uses infra/modules/db by manifest',
      ],
    ],
    [
      'what is wrong is told with its line',
      {
        'a/main.tf': '\nmodule "x" {\n  source = "../b"\n}\n',
        'a/more.tf.json': '{"module": ',
      },
      ['a (main.tf): infrastructure Terraform'],
      [
        expect.stringMatching(
          /^a\/more\.tf\.json: not JSON: .*\. What it says is left out until it is corrected\.$/,
        ),
        'a/main.tf:3: the module ../b is no folder with .tf files in this repository: correct the path.',
      ],
    ],
  ]);
});

describe('Docker', () => {
  table([
    [
      'compose services, with what they are built from and need',
      {
        'compose.yaml': `x-common: &common\n  depends_on: [cache]\nservices:\n  web:\n    build: ./web\n    depends_on:\n      api: { condition: service_healthy }\n      db: { condition: service_started }\n  api:\n    <<: *common\n    build:\n      context: .\n      dockerfile: services/api/Dockerfile\n      additional_contexts:\n        shared: ./shared\n  cache:\n    build: \${CACHE_FOLDER}\n  worker:\n    build: { context: "\${WORKER:-jobs}/worker" }\n    links: ["api:backend"]\n  db:\n    image: postgres\n  far:\n    build: https://example.com/far.git\n`,
        'compose.override.yaml':
          'services:\n  db:\n    depends_on: [cache]\n  cache:\n    depends_on: [worker]\n',
        '.env': `# places\nBASE=stores\nCACHE_FOLDER="./\${BASE}/cache"\n`,
        'web/Dockerfile': '',
        'services/api/Dockerfile': '',
        'services/api/server.rb': '',
        'shared/schema.sql': '',
        'stores/cache/Dockerfile': '',
        'jobs/worker/Dockerfile': '',
      },
      [
        'jobs/worker (Dockerfile): backend, uses services/api by service',
        'services/api (Dockerfile): backend, uses shared by manifest and stores/cache by service',
        'stores/cache (Dockerfile): backend, uses jobs/worker by service',
        'web (Dockerfile): backend, uses services/api by service',
      ],
    ],
    [
      'a Dockerfile within a folder with a manifest is that folder’s; one of the root, of a hidden folder or for compose is none’s',
      {
        Dockerfile: '',
        '.devcontainer/Dockerfile': '',
        'apps/shop/package.json': '{}',
        'apps/shop/build/Dockerfile.prod': '',
        'apps/cart/composer.json': '{}',
        'apps/cart/docker/php/Dockerfile': '',
        'legacy/Containerfile': '',
        'legacy/db/legacy-db.Dockerfile': '',
        'docker/base/Dockerfile': '',
        'docker/base/Dockerfile.dockerignore': '',
        'recipes/shop.Dockerfile': '',
        'docker-compose.yml':
          'services:\n  shop:\n    build:\n      context: apps/shop\n      dockerfile: ../../recipes/shop.Dockerfile\n',
      },
      [
        'apps/cart (docker/php/Dockerfile): backend',
        'apps/shop (docker-compose.yml): backend',
        'docker/base (Dockerfile): infrastructure',
        'legacy (Containerfile): backend',
      ],
    ],
    [
      'what is wrong is told with its place',
      {
        'compose.yml': 'services:\n  api:\n    build: ./gone\n  web:\n    build: ./web\n',
        'web/Dockerfile': '',
        'other/compose.yml': 'services:\n\tapi: {}\n',
      },
      ['web (Dockerfile): backend'],
      [
        expect.stringMatching(
          /^other\/compose\.yml:2:1: Tabs are not allowed .* What it says is left out until it is corrected\.$/,
        ),
        'compose.yml:3: the service api is built from ./gone, which has no files in this repository: correct it, or take it away.',
      ],
    ],
  ]);
});

test('a file that is too long is a warning, and the rest is there', async () => {
  const long = `[package]\nname = "long"\n${'#'.repeat(500_000)}`;
  expect(await discovered({ 'long/Cargo.toml': long, 'b/Cargo.toml': '[package]\nname = "b"\n' })).toEqual({
    parts: ['b (Cargo.toml): library, called b'],
    warnings: [
      'long/Cargo.toml has more than 0.5 million characters and was not read: what it uses is to be said in structure.yaml.',
    ],
  });
});

const MANIFESTS = [
  'go.mod',
  'go.work',
  'a.go',
  'Cargo.toml',
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'Pipfile',
  'a.py',
  'pom.xml',
  'settings.gradle',
  'build.gradle.kts',
  'main.tf',
  'more.tf.json',
  'compose.yaml',
  '.env',
];

describe('whatever stands in the files, discovery ends, and says the same each time', () => {
  const deep = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000);
  test.each([
    ['deep lists', deep('[', ']')],
    ['a deep TOML value', `a = ${deep('[', ']')}`],
    ['deep elements', deep('<a>', '</a>')],
    ['open comments', '/*'.repeat(50_000)],
    ['open quotations', `import ${'"""'.repeat(16_000)}`],
    ['open blocks', 'module "x" {\n'.repeat(15_000)],
    ['open projects', `project(":a") {\n`.repeat(12_000)],
    ['many heredocs', '<<A\n'.repeat(50_000)],
    ['blanks', `include${' '.repeat(200_000)}x`],
    [
      'entities within entities',
      `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(50)}">${[...'bcdefghij'].map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(20)}">`).join('')}]><project><name>${'&j;'.repeat(1000)}</name></project>`,
    ],
    ['many functions', 'def make_app(\n'.repeat(15_000)],
    [
      'names of objects',
      '[__proto__]\na = 1\n[project]\nname = "__proto__"\ndependencies = ["constructor"]\n',
    ],
    [
      'a map of aliases',
      `a: &a [x, x]\n${[...'bcdefghijk'].map((name, index) => `${name}: &${name} [${`*${'abcdefghijk'[index]},`.repeat(9)}]\n`).join('')}`,
    ],
  ])('%s', { timeout: 20_000 }, async (_, text) => {
    for (const name of MANIFESTS) {
      const files = { [`p/${name}`]: text, 'p/x/y.py': '', 'p/z.go': '' };
      expect(await discovered(files)).toEqual(await discovered(files));
    }
  });

  test('any text', async () => {
    const words = fc.constantFrom(
      'module',
      'require',
      '[project]',
      '<project>',
      '"',
      '(',
      '{',
      '=',
      '\n',
      ':',
      ' ',
      '..',
      '/',
      'a',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 30 }).map((list) => list.join('')),
    );
    const files = fc.dictionary(
      fc.constantFrom(...MANIFESTS, ...MANIFESTS.map((name) => `p/${name}`)),
      texts,
    );
    await fc.assert(
      fc.asyncProperty(files, async (files) => void (await discovered(files))),
      { numRuns: 300 },
    );
  });
});
