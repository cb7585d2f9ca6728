// Which packages Dockerfiles install by name. Counted over 97,908 different Dockerfiles of 2018 to 2020 (the public collections
// yinyuanzhang/dockerfiles and vsoch/github-dockerfiles) and 1,261 of 80 repositories as they are today: every name behind
// `npm install -g`, `npm i -g`, `yarn global add`, and behind `npm install` without -g, once for each file. Of 11,537 such names of tools
// the tools here are 3 in 4. What is named in today's Dockerfiles only (pnpm 12, turbo, tsx, agents …) comes from the first ten answers of a code
// search for `RUN npm install -g a`, `b` and so on. npm-counts.txt has more, counted again, and those that package.json files ask for. data/npm.json has
// those that were measured so far: a run with names behind it adds some.

const list = (text: string): string[] => text.trim().split(/\s+/);

/** Tools; what can no longer be installed is left out. */
export const tools = list(`
  npm pnpm yarn bower gulp gulp-cli grunt grunt-cli pm2 nodemon @angular/cli typescript ts-node tsx n yo node-gyp cordova webpack webpack-cli
  webpack-dev-server coffee-script coffeescript @ionic/cli ionic firebase-tools mocha forever eslint less http-server serverless
  phantomjs-prebuilt ember-cli serve uglify-js jshint karma karma-cli polymer-cli @vue/cli vue-cli protractor babel-cli react-native-cli
  react-scripts lerna browserify gitbook-cli typings elm elm-test cnpm newman sails sass gatsby-cli express-generator
  configurable-http-proxy supervisor jsonlint jest homebridge node-red tslint create-react-app hexo-cli uglifycss elasticdump json-server
  npm-check-updates prettier lighthouse truffle redoc-cli svgo heroku apidoc bunyan localtunnel markdownlint-cli jasmine redis-commander
  expo-cli snyk sequelize-cli browser-sync stylelint @adonisjs/cli backstopjs standard postcss-cli cross-env laravel-echo-server
  smee-client mountebank stylus json js-yaml rimraf js-beautify mapshaper ganache-cli
  @nestjs/cli turbo vite vercel netlify-cli wrangler aws-cdk prisma drizzle-kit dotenv-cli concurrently corepack bun wscat wait-on
  @anthropic-ai/claude-code @openai/codex @google/gemini-cli @mermaid-js/mermaid-cli @redocly/cli docsify-cli dockerfilelint
  semantic-release live-server nx quasar-cli @quasar/cli knex esbuild pyright
`);

/** Major versions before the newest that are asked for by name. */
export const older = list(`
  npm@3 npm@5 npm@6 npm@7 npm@8 npm@9 npm@10 npm@11 pnpm@6 pnpm@7 pnpm@8 pnpm@9 pnpm@10 pnpm@11 pm2@2 pm2@3 pm2@4 pm2@5 pm2@6 typescript@2 typescript@3 typescript@4
  typescript@5 @angular/cli@1 @angular/cli@6 @angular/cli@7 @angular/cli@8 @angular/cli@13 @angular/cli@15 @angular/cli@17 gulp@3 gulp@4 grunt@0
  react-scripts@3 react-scripts@4 webpack@4 nodemon@1 nodemon@2 serve@6 serve@10 serve@13 firebase-tools@4 turbo@1
`);

/** What a project is given beside what its package.json asks for. */
export const libraries = list(`
  express puppeteer fs-extra sqlite3 request moment node-sass socket.io cypress ws underscore lodash redis ioredis mysql mysql2 mongodb mongoose
  canvas bcrypt body-parser yargs shelljs electron winston cors pg karma chokidar aws-sdk chai sharp nodemailer jsdom supertest uuid morgan
  discord.js axios dotenv handlebars react react-dom playwright @playwright/test better-sqlite3 commander ejs next
`);
