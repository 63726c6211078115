import type { Question } from '../answer.ts'
import { answerQuestion } from './answer-question.ts'

// The compiler, away from the page: whatever it is given, typing goes on, and the page can end it.
self.onmessage = async ({ data }: MessageEvent<Question>) => {
  self.postMessage(await answerQuestion(data))
}

// What fails in here is an error of the worker, which the page hears of, also when it fails later.
self.onunhandledrejection = ({ reason }: PromiseRejectionEvent) => {
  setTimeout(() => {
    throw reason
  })
}
