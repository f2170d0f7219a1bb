import { describe, expect, test } from '@jest/globals';
import { readConfig, readProcessConfig, readStartConfig } from './config.js';
import { outboundHosts } from './outbound-hosts.js';

describe('readConfig', () => {
  test('without any variable the single-machine profile runs', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      postgresUrl: null,
      clickhouse: null,
      rulesDirectory: null,
      sandbox: { seed: 1, size: 'county', speed: 60 },
    });
  });

  test.each([
    [{ TIANYAN_PORT: '99999' }, /TIANYAN_PORT：.*65535/],
    [{ TIANYAN_PORT: 'http' }, /TIANYAN_PORT：/],
    [{ TIANYAN_OUTAGE_PATIENCE_MINUTES: '0' }, /TIANYAN_OUTAGE_PATIENCE_MINUTES：.*1/],
    [{ TIANYAN_OUTAGE_REMIND_HOURS: '169' }, /TIANYAN_OUTAGE_REMIND_HOURS：.*168/],
    [{ TIANYAN_DISK_ALARM_GB: '0.5' }, /TIANYAN_DISK_ALARM_GB：/],
    [{ TIANYAN_SANDBOX: 'maybe' }, /TIANYAN_SANDBOX：只能是 on、off/],
    [{ TIANYAN_SANDBOX_SPEED: '0' }, /TIANYAN_SANDBOX_SPEED：/],
  ])('a value that cannot be is refused in Chinese: %j', (environment, words) => {
    const read = () => readConfig(environment);
    expect(read).toThrow(words);
    expect(read).not.toThrow(/Invalid|expected|Too (big|small)/);
  });

  test('secrets of upstreams are named as source files name them', () => {
    const config = readConfig({ TIANYAN_SECRET_hotlineToken: 'k', TIANYAN_SECRET_unset: undefined, OTHER: 'x' });
    expect(config.secrets).toEqual({ hotlineToken: 'k' });
  });

  test('proxies are trusted by address or network, never by a guess', () => {
    expect(readConfig({}).trustedProxies).toEqual([]);
    expect(readConfig({ TIANYAN_TRUSTED_PROXIES: '10.0.0.0/8, 192.168.1.7,fd00::/8' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '192.168.1.7',
      'fd00::/8',
    ]);
    for (const wrong of ['', 'true', '1', 'proxy.local', '10.0.0.0/99'])
      expect(() => readConfig({ TIANYAN_TRUSTED_PROXIES: wrong })).toThrow(/TIANYAN_TRUSTED_PROXIES/);
  });

  test('local addresses may be connected to if they are named, or beside a simulated county', () => {
    const allows = (env: Record<string, string>, address: string) => outboundHosts(readConfig(env)).allows(address);
    expect([allows({}, '127.0.0.1'), allows({}, '10.0.0.1')]).toEqual([false, true]);
    expect(allows({ TIANYAN_ALLOW_LOCAL_ADDRESSES: '127.0.0.1,::1' }, '::1')).toBe(true);
    expect(allows({ TIANYAN_SANDBOX_URL: 'http://sandbox:8090' }, '127.0.0.1')).toBe(true);
    expect(allows({ TIANYAN_SANDBOX_URL: 'http://sandbox:8090' }, '169.254.169.254')).toBe(false);
    expect(() => readConfig({ TIANYAN_ALLOW_LOCAL_ADDRESSES: 'localhost' })).toThrow(/TIANYAN_ALLOW_LOCAL_ADDRESSES/);
  });

  test('a process of a cluster starts no county, whatever is said or not said of one', () => {
    for (const said of [{}, { TIANYAN_SANDBOX: 'on' }, { TIANYAN_SANDBOX: 'off' }, { TIANYAN_SOURCES: 'county' }])
      expect(readProcessConfig(said)).toMatchObject({ sandbox: null, sandboxServer: null });
    const set = { TIANYAN_NOW: '2016-01-13T00:00:00+08:00' };
    expect(readProcessConfig(set).asOfMs).toBe(Date.parse(set.TIANYAN_NOW));
    for (const simulated of [{ TIANYAN_SANDBOX_URL: 'http://sandbox:8090' }, {}])
      expect(() => readConfig({ ...set, ...simulated })).toThrow(/TIANYAN_NOW 只用于真实的历史数据/);
    expect(() => readProcessConfig({ ...set, TIANYAN_SANDBOX_URL: 'http://sandbox:8090' })).toThrow(/去掉 TIANYAN_SANDBOX_URL/);
  });

  test('own sources are not read by the time of a county that nobody asked for', () => {
    const own = { TIANYAN_SOURCES: 'county' };
    expect(() => readStartConfig(own)).toThrow(/接入真实数据，请同时设置 TIANYAN_SANDBOX=off；.*请设置 TIANYAN_SANDBOX=on/);
    expect(readStartConfig({}).sandbox).not.toBeNull();
    expect(readStartConfig({ ...own, TIANYAN_SANDBOX: 'on' })).toMatchObject({ sourcesFile: 'county', sandbox: { speed: 60 } });
    expect(readStartConfig({ ...own, TIANYAN_SANDBOX: 'off' })).toMatchObject({ sourcesFile: 'county', sandbox: null });
    const elsewhere = readStartConfig({ ...own, TIANYAN_SANDBOX_URL: 'http://sandbox:8090' });
    expect(elsewhere).toMatchObject({ sandbox: null, sandboxServer: { url: 'http://sandbox:8090' } });
    // Commands that read no source have nothing to ask.
    expect(readConfig(own).sourcesFile).toBe('county');
  });

  test('a host that nobody can have is refused at once; names, addresses and sockets are not', () => {
    for (const host of ['db host', 'db!', '-db', '%20', 'db:54x'])
      expect(() => readConfig({ TIANYAN_POSTGRES_URL: `postgres://u:p@${host}/db` })).toThrow(/TIANYAN_POSTGRES_URL/);
    expect(() => readConfig({ TIANYAN_REDIS_URL: 'redis://re$dis:6379' })).toThrow(/TIANYAN_REDIS_URL/);
    for (const host of ['db', 'db_1.internal:5432', '10.0.0.7', '[fd00::7]:5432', '', '%2Frun%2Fpostgresql'])
      expect(readConfig({ TIANYAN_POSTGRES_URL: `postgres://${host}/db` }).postgresUrl).toBe(`postgres://${host}/db`);
  });

  test('a start waits for five minutes unless told otherwise', () => {
    expect(readConfig({}).startTimeoutMs).toBe(300_000);
    expect(readConfig({}).alertSettleMs).toBe(30_000);
    expect(readConfig({ TIANYAN_START_TIMEOUT_SECONDS: '0' }).startTimeoutMs).toBe(0);
    expect(() => readConfig({ TIANYAN_START_TIMEOUT_SECONDS: 'ever' })).toThrow(/TIANYAN_START_TIMEOUT_SECONDS/);
  });

  test('a second factor is asked of nobody unless roles are named; an identity service is named whole', () => {
    expect(readConfig({}).signIn).toEqual({ secondFactorRoles: [], identityService: null });
    const roles = { TIANYAN_SECOND_FACTOR_ROLES: 'commission-leader, audit-administrator,' };
    expect(readConfig(roles).signIn.secondFactorRoles).toEqual(['commission-leader', 'audit-administrator']);
    expect(() => readConfig({ TIANYAN_SECOND_FACTOR_ROLES: 'administrator' })).toThrow(/SECOND_FACTOR_ROLES.*只能是这些角色/);
    const service = {
      TIANYAN_OIDC_ISSUER: 'https://sso.county.example/realms/all',
      TIANYAN_OIDC_CLIENT_ID: 'tianyan',
      TIANYAN_OIDC_CLIENT_SECRET: 's',
    };
    expect(readConfig(service).signIn.identityService).toEqual({
      issuer: 'https://sso.county.example/realms/all',
      clientId: 'tianyan',
      clientSecret: 's',
      accountClaim: 'preferred_username',
      trustsFactor: false,
    });
    for (const name of Object.keys(service)) expect(() => readConfig({ ...service, [name]: undefined })).toThrow(/要一起设置/);
    for (const issuer of ['http://sso.county.example', 'sso', 'https://sso.county.example/?x=1', 'http://127.0.0.1.evil.example'])
      expect(() => readConfig({ ...service, TIANYAN_OIDC_ISSUER: issuer })).toThrow(/TIANYAN_OIDC_ISSUER/);
    expect(readConfig({ ...service, TIANYAN_OIDC_ISSUER: 'http://127.0.0.1:9000' }).signIn.identityService).not.toBeNull();
  });

  test('all mistakes are reported together, in Chinese', () => {
    const read = () => readConfig({ TIANYAN_PORT: 'http', TIANYAN_POSTGRES_URL: 'mysql://x', TIANYAN_SANDBOX_SIZE: 'huge' });
    expect(read).toThrow(/配置有误/);
    expect(read).toThrow(/TIANYAN_PORT/);
    expect(read).toThrow(/TIANYAN_POSTGRES_URL/);
    expect(read).toThrow(/TIANYAN_SANDBOX_SIZE/);
  });

  test('one ClickHouse has plain tables, several are replicas of a cluster', () => {
    expect(readConfig({ TIANYAN_CLICKHOUSE_URL: 'http://u:p@h:8123/db' }).clickhouse).toEqual({
      url: 'http://u:p@h:8123/db',
      layout: { kind: 'plain' },
      quorum: null,
      tls: null,
    });
    const cluster = {
      TIANYAN_CLICKHOUSE_URL: 'https://a:8443, https://b:8443',
      TIANYAN_CLICKHOUSE_CLUSTER: 'tianyan',
      TIANYAN_CLICKHOUSE_QUORUM: '2',
      TIANYAN_CLICKHOUSE_CA_FILE: '/etc/ca.pem',
    };
    expect(readConfig(cluster).clickhouse).toMatchObject({
      layout: { kind: 'replicated', cluster: 'tianyan' },
      quorum: 2,
      tls: { caFile: '/etc/ca.pem', certFile: null, keyFile: null },
    });
    const refused = (more: Record<string, string>) => expect(() => readConfig({ ...cluster, ...more }));
    expect(() => readConfig({ TIANYAN_CLICKHOUSE_URL: 'http://a:1,http://b:1' })).toThrow(/TIANYAN_CLICKHOUSE_CLUSTER/);
    expect(() => readConfig({ TIANYAN_CLICKHOUSE_URL: 'http://a:1,tcp://b:1' })).toThrow(/TIANYAN_CLICKHOUSE_URL/);
    refused({ TIANYAN_CLICKHOUSE_CLUSTER: "x' y" }).toThrow(/集群名/);
    refused({ TIANYAN_CLICKHOUSE_CERT_FILE: '/c.pem' }).toThrow(/KEY_FILE/);
    refused({ TIANYAN_CLICKHOUSE_URL: 'http://a:1' }).toThrow(/https/);
  });

  test('Kafka is used when brokers are named; TLS and users are settings of their own', () => {
    expect(readConfig({}).kafka).toBeNull();
    expect(readConfig({ TIANYAN_KAFKA_BROKERS: 'k1:9092, k2:9093' }).kafka).toEqual({
      brokers: ['k1:9092', 'k2:9093'],
      tls: null,
      sasl: null,
      replicationFactor: null,
      retentionDays: 14,
      sessionTimeoutMs: 30_000,
      heartbeatMs: 3_000,
    });
    const secured = {
      TIANYAN_KAFKA_BROKERS: 'k1:9093',
      TIANYAN_KAFKA_TLS: 'on',
      TIANYAN_KAFKA_CA_FILE: '/etc/ca.pem',
      TIANYAN_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      TIANYAN_KAFKA_SASL_USERNAME: 'tianyan',
      TIANYAN_KAFKA_SASL_PASSWORD: 'secret',
      TIANYAN_KAFKA_REPLICATION: '3',
      TIANYAN_KAFKA_RETENTION_DAYS: '30',
    };
    expect(readConfig(secured).kafka).toEqual({
      brokers: ['k1:9093'],
      tls: { caFile: '/etc/ca.pem', certFile: null, keyFile: null },
      sasl: { mechanism: 'scram-sha-512', username: 'tianyan', password: 'secret' },
      replicationFactor: 3,
      retentionDays: 30,
      sessionTimeoutMs: 30_000,
      heartbeatMs: 3_000,
    });
  });

  test('a Kafka session is 30 s unless told otherwise, and holds at least three heartbeats', () => {
    const brokers = { TIANYAN_KAFKA_BROKERS: 'k:9092' };
    expect(readConfig(brokers).kafka).toMatchObject({ sessionTimeoutMs: 30_000, heartbeatMs: 3_000 });
    const longer = { ...brokers, TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS: '90', TIANYAN_KAFKA_HEARTBEAT_SECONDS: '30' };
    expect(readConfig(longer).kafka).toMatchObject({ sessionTimeoutMs: 90_000, heartbeatMs: 30_000 });
    expect(() => readConfig({ ...longer, TIANYAN_KAFKA_HEARTBEAT_SECONDS: '31' })).toThrow(/三分之一/);
    expect(() => readConfig({ ...brokers, TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS: '6' })).toThrow(/三分之一/);
    for (const wrong of ['5', '1801', '12.5', 'long'])
      expect(() => readConfig({ ...brokers, TIANYAN_KAFKA_SESSION_TIMEOUT_SECONDS: wrong })).toThrow(/SESSION_TIMEOUT_SECONDS/);
  });

  test('half a Kafka setting is refused, with what is missing', () => {
    const brokers = { TIANYAN_KAFKA_BROKERS: 'k1:9092' };
    expect(() => readConfig({ TIANYAN_KAFKA_BROKERS: 'k1' })).toThrow(/TIANYAN_KAFKA_BROKERS/);
    expect(() => readConfig({ ...brokers, TIANYAN_KAFKA_SASL_MECHANISM: 'scram-sha-256' })).toThrow(/SASL_USERNAME/);
    const plain = { TIANYAN_KAFKA_SASL_MECHANISM: 'plain', TIANYAN_KAFKA_SASL_USERNAME: 'u', TIANYAN_KAFKA_SASL_PASSWORD: 'p' };
    expect(() => readConfig({ ...brokers, ...plain })).toThrow(/TIANYAN_KAFKA_TLS=on/);
    expect(() => readConfig({ ...brokers, TIANYAN_KAFKA_CA_FILE: '/ca.pem' })).toThrow(/TIANYAN_KAFKA_TLS=on/);
    expect(() => readConfig({ ...brokers, TIANYAN_KAFKA_TLS: 'on', TIANYAN_KAFKA_KEY_FILE: '/k' })).toThrow(/CERT_FILE/);
  });
});
