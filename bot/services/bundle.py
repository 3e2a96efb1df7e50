"""The services together, as the edge is handed them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.demos import DemoService
from bot.services.guilds import GuildService
from bot.services.lessons import LessonService
from bot.services.polls import PollService
from bot.services.predictions import PredictionService
from bot.services.quizzes import QuizService
from bot.services.rounds import RoundService
from bot.services.scores import ScoreService


@dataclass(frozen=True, slots=True)
class Services:
    """What the bot can do."""

    lessons: LessonService
    quizzes: QuizService
    demos: DemoService
    predictions: PredictionService
    scores: ScoreService
    guilds: GuildService
    polls: PollService
    rounds: RoundService
