/** The interface, as `varlinkctl introspect` shows it. Source: varlink.org, "Interface Definition" */
export const interfaceName = 'io.afloat.Update'

export const interfaceDescription = `# Updates of this machine
interface io.afloat.Update

# Where it stands; the object that afloatctl status --json prints
method Status() -> (status: object)

# Asks the server whether there is a newer release
method Check() -> (outcome: string, version: ?string)

# Says what installing it would do: action, reasons, what survives, what is interrupted, and when the machine may by itself
method Plan() -> (outcome: string, version: ?string, plan: ?object, opensAt: ?string)

# Installs it; with "more", progress comes first
method Update(retry: ?bool) -> (outcome: string, version: ?string, plan: ?object, progress: ?object)

# Goes back to the release in the other slot
method Rollback() -> (outcome: string, version: ?string, plan: ?object, progress: ?object)

# Why it could not be done, and what to do about it
error Failed(code: string, message: string, hint: ?string)
`

export const serviceDescription = `# The interface of every service
interface org.varlink.service

method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)

method GetInterfaceDescription(interface: string) -> (description: string)

error InterfaceNotFound(interface: string)
error MethodNotFound(method: string)
error MethodNotImplemented(method: string)
error InvalidParameter(parameter: string)
`
