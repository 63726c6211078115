// biome-ignore lint/style/useNodejsImportProtocol: the module "os" of QuickJS, which is not that of Node
import * as os from 'os'
import * as std from 'std'

export { os, std }
