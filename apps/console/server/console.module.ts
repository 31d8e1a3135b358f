import { Module } from "@nestjs/common";

/** Nothing of its own: files and what is handed on stand beside Nest's routes. */
@Module({})
export class ConsoleModule {}
