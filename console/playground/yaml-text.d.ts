// The bundler puts such files in as text.
declare module '*.yaml' {
  const text: string
  export default text
}
