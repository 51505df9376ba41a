// Which framework a package is built with, and what that makes of it.

import type { Kind } from '../component.ts';

export interface Framework {
  /** The package that gives it away. */
  readonly dependency: string;
  /** For people. */
  readonly name: string;
  readonly kind: Kind;
  /**
   * - `whole`: it is an application of its own; who has it is one
   * - `view`, `server`: libraries are written with it as well
   */
  readonly makes: 'whole' | 'view' | 'server';
}

const whole = (kind: Kind, dependency: string, name: string): Framework => ({
  dependency,
  name,
  kind,
  makes: 'whole',
});
const view = (dependency: string, name: string): Framework => ({
  dependency,
  name,
  kind: 'frontend',
  makes: 'view',
});
const server = (dependency: string, name: string): Framework => ({
  dependency,
  name,
  kind: 'backend',
  makes: 'server',
});

/** What is built upon another comes before it: whoever has Next.js has React too. */
const FRAMEWORKS: readonly Framework[] = [
  whole('documentation', '@docusaurus/core', 'Docusaurus'),
  whole('documentation', 'vitepress', 'VitePress'),
  whole('documentation', 'vuepress', 'VuePress'),
  whole('documentation', 'nextra', 'Nextra'),
  whole('documentation', '@astrojs/starlight', 'Starlight'),
  whole('mobile', '@ionic/core', 'Ionic'),
  whole('mobile', '@ionic/react', 'Ionic'),
  whole('mobile', '@ionic/vue', 'Ionic'),
  whole('mobile', '@ionic/angular', 'Ionic'),
  whole('mobile', '@capacitor/core', 'Capacitor'),
  whole('mobile', '@nativescript/core', 'NativeScript'),
  { dependency: 'expo', name: 'React Native (Expo)', kind: 'mobile', makes: 'view' },
  { dependency: 'react-native', name: 'React Native', kind: 'mobile', makes: 'view' },
  whole('frontend', 'electron', 'Electron'),
  whole('frontend', '@tauri-apps/api', 'Tauri'),
  whole('frontend', 'next', 'Next.js'),
  whole('frontend', 'nuxt', 'Nuxt'),
  whole('frontend', '@remix-run/react', 'Remix'),
  whole('frontend', '@react-router/dev', 'React Router'),
  whole('frontend', '@tanstack/react-start', 'TanStack Start'),
  whole('frontend', 'gatsby', 'Gatsby'),
  whole('frontend', 'astro', 'Astro'),
  whole('frontend', '@sveltejs/kit', 'SvelteKit'),
  whole('frontend', '@solidjs/start', 'SolidStart'),
  whole('frontend', '@builder.io/qwik', 'Qwik'),
  whole('frontend', '@11ty/eleventy', 'Eleventy'),
  whole('infrastructure', 'aws-cdk-lib', 'AWS CDK'),
  whole('infrastructure', 'cdktf', 'CDK for Terraform'),
  whole('infrastructure', '@pulumi/pulumi', 'Pulumi'),
  whole('infrastructure', 'sst', 'SST'),
  view('@angular/core', 'Angular'),
  view('svelte', 'Svelte'),
  view('vue', 'Vue'),
  view('solid-js', 'Solid'),
  view('preact', 'Preact'),
  view('lit', 'Lit'),
  view('ember-source', 'Ember'),
  server('@nestjs/core', 'NestJS'),
  server('@adonisjs/core', 'AdonisJS'),
  server('@feathersjs/feathers', 'Feathers'),
  server('moleculer', 'Moleculer'),
  server('@hapi/hapi', 'Hapi'),
  server('fastify', 'Fastify'),
  server('koa', 'Koa'),
  server('elysia', 'Elysia'),
  server('hono', 'Hono'),
  server('restify', 'Restify'),
  server('express', 'Express'),
  server('@apollo/server', 'Apollo Server'),
  server('graphql-yoga', 'GraphQL Yoga'),
  // Last: servers render with it as well.
  view('react-dom', 'React'),
  view('react', 'React'),
];

/** What an Nx target is built by, without its version of the name. */
const EXECUTORS: Readonly<Record<string, string>> = {
  'react-native': 'react-native',
  expo: 'expo',
  next: 'next',
  nuxt: 'nuxt',
  remix: 'remix',
  angular: '@angular/core',
  'angular-devkit': '@angular/core',
  vue: 'vue',
  react: 'react',
  nest: '@nestjs/core',
  express: 'express',
};

/** @returns the first framework of which a package is among them */
export function frameworkOf(names: ReadonlySet<string>): Framework | undefined {
  return FRAMEWORKS.find(({ dependency }) => names.has(dependency));
}

/** What the executors of an Nx or Angular project stand for: `@nx/next:build` → `next` */
export function dependenciesOfExecutors(executors: readonly string[]): readonly string[] {
  return executors.flatMap((executor) => {
    const [, scope = '', name = ''] = /^@([^/]+)\/([^:]+):/.exec(executor) ?? [];
    const key = /^(nx|nrwl)$/.test(scope) ? name : scope;
    return Object.hasOwn(EXECUTORS, key) ? [EXECUTORS[key] as string] : [];
  });
}
