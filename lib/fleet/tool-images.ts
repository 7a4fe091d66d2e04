/**
 * Every image that a Task, the router or the orchestrator uses: exact versions, in this one place. Its keys are what
 * `images.overrides` of a team replaces, and say which versions of its language a stack may ask for.
 */
export const TOOL_IMAGES: Readonly<Record<string, string>> = {
  git: 'docker.io/alpine/git:2.47.2',
  /** skopeo, with a shell: crane's own images have none at /bin/sh. */
  registry: 'quay.io/skopeo/stable:v1.18.0',
  /** kubectl, jq and curl. */
  kubectl: 'docker.io/alpine/k8s:1.31.6',
  buildah: 'quay.io/buildah/stable:v1.39.3',
  buildkit: 'docker.io/moby/buildkit:v0.20.2-rootless',
  kaniko: 'ghcr.io/osscontainertools/kaniko:v1.28.3-debug',
  'node-18': 'docker.io/library/node:18.20.8-bookworm',
  'node-20': 'docker.io/library/node:20.20.2-bookworm',
  'node-22': 'docker.io/library/node:22.23.2-bookworm',
  'node-24': 'docker.io/library/node:24.19.0-bookworm',
  'node-26': 'docker.io/library/node:26.7.0-bookworm',
  'maven-8': 'docker.io/library/maven:3.9.16-eclipse-temurin-8',
  'maven-11': 'docker.io/library/maven:3.9.16-eclipse-temurin-11',
  'maven-17': 'docker.io/library/maven:3.9.16-eclipse-temurin-17',
  'maven-21': 'docker.io/library/maven:3.9.16-eclipse-temurin-21',
  'maven-25': 'docker.io/library/maven:3.9.16-eclipse-temurin-25',
  'gradle-8': 'docker.io/library/gradle:8.14.5-jdk8',
  'gradle-11': 'docker.io/library/gradle:8.14.5-jdk11',
  'gradle-17': 'docker.io/library/gradle:8.14.5-jdk17',
  'gradle-21': 'docker.io/library/gradle:8.14.5-jdk21',
  /** Gradle 8 does not run on Java 25. */
  'gradle-25': 'docker.io/library/gradle:9.7.1-jdk25',
  'python-3.9': 'docker.io/library/python:3.9.25-bookworm',
  'python-3.10': 'docker.io/library/python:3.10.21-bookworm',
  'python-3.11': 'docker.io/library/python:3.11.16-bookworm',
  'python-3.12': 'docker.io/library/python:3.12.14-bookworm',
  'python-3.13': 'docker.io/library/python:3.13.15-bookworm',
  'python-3.14': 'docker.io/library/python:3.14.7-bookworm',
  /** Alpine's have the unzip without which composer unpacks nothing. */
  'php-8.1': 'docker.io/library/php:8.1.34-cli-alpine',
  'php-8.2': 'docker.io/library/php:8.2.33-cli-alpine',
  'php-8.3': 'docker.io/library/php:8.3.33-cli-alpine',
  'php-8.4': 'docker.io/library/php:8.4.24-cli-alpine',
  'php-8.5': 'docker.io/library/php:8.5.9-cli-alpine',
  composer: 'docker.io/library/composer:2.10.2',
  newman: 'docker.io/postman/newman:6.1.3-alpine',
  playwright: 'mcr.microsoft.com/playwright:v1.51.1-noble',
  artillery: 'docker.io/artilleryio/artillery:2.0.34',
  /** The one with a shell, at /busybox/sh. */
  cosign: 'ghcr.io/sigstore/cosign/cosign:v2.4.1-dev',
  trivy: 'docker.io/aquasec/trivy:0.60.0',
  /** node and git, for what runs this repository's own commands. */
  platform: 'docker.io/library/node:22.23.2-bookworm',
  haproxy: 'docker.io/library/haproxy:3.0.26-alpine',
  telepresence: 'ghcr.io/telepresenceio/telepresence:2.29.3',
  orchestrator: 'ghcr.io/tekton-dag/orchestrator:0.1.0',
  /** The same image: /tools.js in it is what Tasks run on the platform repository. */
  tools: 'ghcr.io/tekton-dag/orchestrator:0.1.0',
};
