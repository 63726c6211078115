/**
 * What real clients and servers send, per state of the client, in the layout of the wire.
 * Origin: observed from update_engine 0.4.10 and its servers; identifiers are made up.
 */
export const requestSamples = {
  idle: `<?xml version="1.0" encoding="UTF-8"?>
<request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="scheduler" ismachine="1">
 <os version="Chateau" platform="CoreOS" sp="4081.2.0_x86_64"></os>
 <app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" version="4081.2.0" track="stable" bootid="{0e3d9a3a-26ff-4b0e-8a11-0a8b4d8c8f5e}" oem="qemu" oemversion="" alephversion="3815.2.0" machineid="abce01234567890abcdef01234567890" machinealias="" lang="en-US" board="amd64-usr" hardware_class="" delta_okay="false">
  <ping active="1"></ping><updatecheck></updatecheck>
  <event eventtype="3" eventresult="2" previousversion="3975.2.0"></event>
 </app></request>`,
  downloadFailed: `<?xml version="1.0" encoding="UTF-8"?>
<request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="scheduler" ismachine="1">
 <os version="Chateau" platform="CoreOS" sp="4081.2.0_x86_64"></os>
 <app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" version="4081.2.0" track="stable" machineid="abce01234567890abcdef01234567890" board="amd64-usr" delta_okay="false">
  <event eventtype="3" eventresult="0" errorcode="268435466"></event>
 </app></request>`,
  onlyPing: `<request protocol="3.0" version="update_engine-0.4.10" ismachine="1"><app appid="e96281a6-d1af-4bde-9a0a-97b76e56dc57" version="4081.2.0" track="stable"><ping active="1"></ping></app></request>`,
}

export const responseSamples = {
  noUpdate: `<?xml version="1.0" encoding="UTF-8"?>
<response protocol="3.0" server="afloat"><daystart elapsed_seconds="0"/>
 <app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" status="ok"><ping status="ok"/><updatecheck status="noupdate"/><event status="ok"/></app></response>`,
  offer: `<?xml version="1.0" encoding="UTF-8"?>
<response protocol="3.0" server="update.example"><daystart elapsed_seconds="0"></daystart>
<app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" status="ok"><ping status="ok"/>
 <updatecheck status="ok" PollInterval="77"><urls><url codebase="https://host.example/amd64-usr/4152.2.0/"/></urls>
  <manifest version="4152.2.0"><packages>
    <package name="flatcar_production_update.gz" hash="2jmj7l5rSw0yVb/vlWAYkK/YBwk=" size="382137917" required="true"/>
    <package name="oem-azure.gz" hash="2jmj7l5rSw0yVb/vlWAYkK/YBwk=" hash_sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" size="40897503" required="false"/></packages>
   <actions><action event="postinstall" sha256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" DisablePayloadBackoff="true"/></actions>
  </manifest></updatecheck><event status="ok"/></app></response>`,
  rateLimited: `<response protocol="3.0" server="nebraska"><daystart elapsed_seconds="0"></daystart><app appid="x" status="error-maxUpdatesPerPeriodLimitReached"><ping status="ok"/><updatecheck status="error-internal" PollInterval="600"/></app></response>`,
}
